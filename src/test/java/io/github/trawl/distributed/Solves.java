package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.TensorSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Solves over row blocks, one or several at a time. */
final class Solves {
  static final long MEMORY = 1L << 28;
  static final int ITERATIONS = 4;
  private static final List<CpMember> MEMBERS = List.of(new CpMember(4, 0), new CpMember(6, 1));

  /** Of different shapes, so that blocks that got mixed up would not fit. */
  private static final List<TensorSource> SOURCES =
      List.of(new SyntheticSource(3, 120, 110, 0.5f), new SyntheticSource(2, 200, 90, 0.5f));

  private Solves() {}

  static List<Decomposition> solve(
      JavaSparkContext spark, TensorSource source, CpAls.Listener listener) {
    CpAls solver =
        new CpAls(
            new CpOptions(ITERATIONS, 0),
            BlasProvider.blas(),
            ExecutorMemory.limitedTo(MEMORY),
            listener);
    return new DistributedSolver(spark, 20_000, MEMORY)
        .solve(
            "tensor of " + source.rows() + " rows",
            new SourceSupply(source),
            passes -> solver.decompose(passes, MEMBERS));
  }

  /** One solve after the other. */
  static List<List<Decomposition>> inTurns(JavaSparkContext spark) {
    return SOURCES.stream().map(source -> solve(spark, source, CpAls.Listener.NONE)).toList();
  }

  /**
   * All solves at a time, each on a thread of its own; they wait for each other after each
   * iteration, so that all of them are under way until the last.
   *
   * @param listener called by one of them after each iteration, while the others wait
   */
  static List<List<Decomposition>> atOnce(JavaSparkContext spark, CpAls.Listener listener) {
    int[] done = new int[1];
    CyclicBarrier barrier =
        new CyclicBarrier(
            SOURCES.size(), () -> listener.iterationDone(++done[0], MEMBERS.size(), 0));
    List<CompletableFuture<List<Decomposition>>> results = new ArrayList<>();
    for (TensorSource source : SOURCES) {
      results.add(
          CompletableFuture.supplyAsync(
                  () -> solve(spark, source, (iteration, members, fit) -> await(barrier)),
                  work -> new Thread(work, "solve of " + source).start())
              .whenComplete(
                  (result, failure) -> {
                    if (failure != null) {
                      // The others would wait for ever.
                      barrier.reset();
                    }
                  }));
    }
    return results.stream().map(CompletableFuture::join).toList();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static void assertSameBits(List<List<Decomposition>> actual, List<List<Decomposition>> expected) {
    for (int i = 0; i < expected.size(); i++) {
      DistributedPassesTest.assertSameBits(actual.get(i), expected.get(i));
    }
  }

  /** Bytes of resident blocks by process; many tasks, so that each executor gets one. */
  static Map<Long, Long> residentBytes(JavaSparkContext spark) {
    Map<Long, Long> bytes = new HashMap<>();
    spark
        .parallelize(IntStream.range(0, 16).boxed().toList(), 16)
        .map(
            i ->
                new Tuple2<>(ProcessHandle.current().pid(), ResidentSolves.ofThisProcess().bytes()))
        .collect()
        .forEach(pair -> bytes.put(pair._1, pair._2));
    return bytes;
  }
}
