package io.github.trawl.bench;

import io.github.trawl.tensor.LowerTriangleShape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One CP-ALS iteration beside TensorLy's and a plain one in numpy: time, and memory of the process.
 */
final class IterationComparison implements Comparison {
  private static final String NAME = "iteration";
  private static final double FASTER = 50;
  private static final double SMALLER = 10;

  /** For a tensor whose later iterations are cheaper, the mean over this many is reported. */
  private static final int MANY_ITERATIONS = 100;

  private static final int FEW_ITERATIONS = 10;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    List<Row> rows = new ArrayList<>();
    rows.addAll(compare(setting, setting.random(2, 768, 3072), 64, setting.quick() ? 3 : 8, false));
    TensorFile large = setting.random(4, 2048, 2048);
    rows.addAll(
        setting.quick()
            ? compare(setting, large, 128, 2, false)
            : compare(setting, large, 512, 3, true));
    return rows;
  }

  private static List<Row> compare(
      Setting setting, TensorFile tensor, int rank, int peerIterations, boolean target)
      throws IOException {
    boolean many = LowerTriangleShape.suits(tensor.depth(), tensor.rows(), tensor.columns());
    String what =
        "CP iteration of %s, rank %d%s"
            .formatted(tensor, rank, many ? ", mean of " + MANY_ITERATIONS : "");
    Measured ours = ours(setting, tensor, rank, many);
    List<Row> rows = new ArrayList<>();
    String obstacle = setting.obstacle(TensorLyMemory.bytes(tensor, rank));
    if (obstacle.isEmpty()) {
      Measured theirs =
          setting.processes().peer(tensor.arguments("tensorly-cp", rank, peerIterations));
      Row time = Row.seconds(NAME, what, "TensorLy", samples(ours, many), theirs.seconds());
      Row memory =
          Row.mebibytes(
              NAME, what + ", peak memory", "TensorLy", ours.peakBytes(), theirs.peakBytes());
      rows.add(target ? time.atLeast(FASTER) : time);
      rows.add(target ? memory.atLeast(SMALLER) : memory);
    } else {
      rows.add(Row.leftOut(NAME, what, "TensorLy", obstacle));
    }
    String plain = setting.obstacle(8 * tensor.bytes());
    if (plain.isEmpty()) {
      Measured numpy = setting.processes().peer(tensor.arguments("numpy-cp", rank, 5));
      Measured again = ours(setting, tensor, rank, many);
      rows.add(
          Row.seconds(
              NAME,
              what,
              "numpy, two passes",
              samples(ours, many).and(samples(again, many)),
              numpy.seconds()));
    } else {
      rows.add(Row.leftOut(NAME, what, "numpy, two passes", plain));
    }
    return rows;
  }

  private static Measured ours(Setting setting, TensorFile tensor, int rank, boolean many)
      throws IOException {
    int iterations = many ? MANY_ITERATIONS : FEW_ITERATIONS;
    return setting.processes().ours("512m", tensor.arguments("cp", rank, iterations));
  }

  private static Samples samples(Measured measured, boolean mean) {
    Samples seconds = measured.seconds();
    return mean ? Samples.of(Arrays.stream(seconds.values()).average().orElseThrow()) : seconds;
  }
}
