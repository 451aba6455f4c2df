package io.github.trawl.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** All ranks from 1 to 100 of one layer's stack beside TensorLy's rank 64 alone. */
final class GridComparison implements Comparison {
  private static final int RANKS = 100;
  private static final int PEER_RANK = 64;
  private static final int ITERATIONS = 100;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile tensor = setting.layer();
    String what = "ranks 1..100 of %s, 100 iterations".formatted(tensor);
    String peer = "TensorLy, rank 64 alone";
    String obstacle = setting.obstacle(TensorLyMemory.bytes(tensor, PEER_RANK));
    if (!obstacle.isEmpty()) {
      return List.of(Row.leftOut("grid", what, peer, obstacle));
    }
    int iterations = setting.quick() ? 10 : ITERATIONS;
    int peerIterations = setting.quick() ? 5 : 30;
    Measured ours = setting.processes().ours("1g", tensor.arguments("cp-grid", RANKS, iterations));
    Measured theirs =
        setting.processes().peer(tensor.arguments("tensorly-cp", PEER_RANK, peerIterations));
    return List.of(
        Row.seconds("grid", what, peer, all(ours), all(theirs))
            .atLeast(1)
            .note(
                "%sours from %d iterations, theirs from %d"
                    .formatted(setting.layerNote(), iterations, peerIterations)));
  }

  /** The seconds of all iterations, scaled up from those that were done. */
  private static Samples all(Measured measured) {
    double[] iterations = measured.seconds().values();
    return Samples.of(Arrays.stream(iterations).sum() / iterations.length * ITERATIONS);
  }
}
