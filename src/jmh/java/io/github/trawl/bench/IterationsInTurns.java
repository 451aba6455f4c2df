package io.github.trawl.bench;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.ArrayList;
import java.util.List;

/** Iterations of this process in turns with a peer's work, so that a slow machine slows both. */
final class IterationsInTurns {
  private static final int PEER_WARM_UPS = 2;

  private final TimedBlas blas = new TimedBlas(BlasProvider.blas());
  private final List<Double> iterations = new ArrayList<>();
  private final List<Double> passes = new ArrayList<>();
  private final List<Double> peers = new ArrayList<>();
  private final int warmUps;
  private long mark;

  private IterationsInTurns(int warmUps) {
    this.warmUps = warmUps;
  }

  /**
   * Seconds of the repetitions after the warm-up, which is shorter for the peer, since none of it
   * is interpreted.
   *
   * @param iterations whole iterations
   * @param passes the iterations without the time in solves and Gram matrices, shared by the
   *     threads
   * @param peer of the peer's work
   */
  record Times(Samples iterations, Samples passes, Samples peer) {}

  static Times measure(
      TensorBlock block,
      int rank,
      int threads,
      int warmUps,
      int repetitions,
      OffHeapMemory memory,
      Runnable peer) {
    IterationsInTurns turns = new IterationsInTurns(warmUps);
    try (PanelPool pool = new PanelPool(threads);
        ResidentPasses passes = new ResidentPasses(block, turns.blas.blas(), memory, pool)) {
      turns.mark = System.nanoTime();
      new CpAls(
              new CpOptions(warmUps + repetitions, 0),
              turns.blas.blas(),
              memory,
              (iteration, members, bestFit) -> turns.iterationDone(iteration, threads, peer))
          .decompose(passes, List.of(new CpMember(rank, 0)));
    }
    return new Times(samples(turns.iterations), samples(turns.passes), samples(turns.peers));
  }

  private void iterationDone(int iteration, int threads, Runnable peer) {
    double seconds = (System.nanoTime() - mark) / 1e9;
    double solves = blas.takeSeconds(threads);
    long start = System.nanoTime();
    if (iteration > warmUps - PEER_WARM_UPS) {
      peer.run();
    }
    mark = System.nanoTime();
    if (iteration > warmUps) {
      iterations.add(seconds);
      passes.add(seconds - solves);
      peers.add((mark - start) / 1e9);
    }
  }

  private static Samples samples(List<Double> values) {
    return new Samples(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
