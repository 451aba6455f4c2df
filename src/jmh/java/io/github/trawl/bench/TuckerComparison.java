package io.github.trawl.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Tucker decomposition by HOOI beside TensorLy's: the start and a few iterations together. */
final class TuckerComparison implements Comparison {
  private static final int RANK = 64;
  private static final int ITERATIONS = 3;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile tensor =
        setting.quick() ? setting.random(2, 384, 768) : setting.random(2, 768, 3072);
    String what =
        "Tucker of %s, ranks [%d, %d, %d], start and %d iterations"
            .formatted(tensor, tensor.depth(), RANK, RANK, ITERATIONS);
    String obstacle = setting.obstacle(1L << 30);
    if (!obstacle.isEmpty()) {
      return List.of(Row.leftOut("tucker", what, "TensorLy", obstacle));
    }
    Measured theirs =
        setting.processes().peer(tensor.arguments("tensorly-tucker", RANK, ITERATIONS));
    Measured ours = setting.processes().ours("512m", tensor.arguments("tucker", RANK, ITERATIONS));
    Measured again = setting.processes().ours("512m", tensor.arguments("tucker", RANK, ITERATIONS));
    return List.of(
        Row.seconds(
                "tucker", what, "TensorLy", ours.seconds().and(again.seconds()), theirs.seconds())
            .atLeast(1)
            .note(
                String.format(
                    Locale.ROOT, "error %.5f, theirs %.5f", ours.error(), theirs.error())));
  }
}
