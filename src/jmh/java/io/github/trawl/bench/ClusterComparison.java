package io.github.trawl.bench;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.CpPasses;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.distributed.DistributedPasses;
import io.github.trawl.distributed.SourceSupply;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Iterations on two executors of one core each beside two threads of one process. The driver has no
 * core of its own here, so a note says what a stage without work takes.
 */
final class ClusterComparison implements Comparison {
  private static final long MEMORY = 4L << 30;

  /** Half of the smaller tensor: products over more rows at a time are faster. */
  private static final long BLOCK_BYTES = 128L << 20;

  private static final List<Integer> RANKS = List.of(64, 128, 256);

  /** At most 15 % slower. */
  private static final double TARGET = 1 / 1.15;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile tensor = setting.random(24, 768, 3072);
    int iterations = setting.quick() ? 12 : 24;
    List<Row> rows = new ArrayList<>();
    try (JavaSparkContext spark = new JavaSparkContext(TwoExecutors.conf(TwoExecutors.MASTER))) {
      spark.setLogLevel("ERROR");
      warmUp(spark, setting);
      for (int rank : RANKS) {
        rows.add(measure(spark, tensor, rank, iterations));
      }
      if (!setting.quick()) {
        rows.add(measure(spark, setting.random(96, 768, 3072), RANKS.get(0), iterations));
      }
    }
    return rows;
  }

  /**
   * Runs many small iterations: Spark's own code is compiled late, because a stage runs it for a
   * few milliseconds only.
   */
  private static void warmUp(JavaSparkContext spark, Setting setting) throws IOException {
    TensorFile small = setting.random(24, 32, 3072);
    executors(spark, small, small.bytes() / 4, RANKS.get(0), setting.quick() ? 250 : 600);
  }

  private static Row measure(JavaSparkContext spark, TensorFile tensor, int rank, int iterations) {
    Samples threads = threads(tensor, rank, iterations);
    Samples executors = executors(spark, tensor, BLOCK_BYTES, rank, iterations);
    return Row.seconds(
            "cluster",
            "CP iteration of %s, rank %d, two executors of one core".formatted(tensor, rank),
            "two threads of one process",
            executors,
            threads)
        .atLeast(TARGET)
        .note(
            String.format(
                Locale.ROOT,
                "%d MiB in blocks of up to 128, local-cluster; each of the two stages takes %.0f ms without work",
                tensor.bytes() >> 20,
                1000 * emptyStage(spark, iterations).median()));
  }

  private static Samples threads(TensorFile tensor, int rank, int iterations) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        PanelPool pool = new PanelPool(2);
        TensorBlock block = tensor.load(0, tensor.rows(), memory);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return seconds(passes, memory, rank, iterations);
    }
  }

  private static Samples executors(
      JavaSparkContext spark, TensorFile tensor, long blockBytes, int rank, int iterations) {
    try (DistributedPasses passes =
        new DistributedPasses(spark, "bench", new SourceSupply(tensor), blockBytes, MEMORY)) {
      return seconds(passes, ExecutorMemory.limitedTo(MEMORY), rank, iterations);
    }
  }

  /** The second half of the iterations; the first warms up. */
  private static Samples seconds(CpPasses passes, OffHeapMemory memory, int rank, int iterations) {
    List<Long> ends = new ArrayList<>();
    new CpAls(
            new CpOptions(iterations, 0),
            BlasProvider.blas(),
            memory,
            (iteration, members, bestFit) -> ends.add(System.nanoTime()))
        .decompose(passes, List.of(new CpMember(rank, 0)));
    double[] seconds = new double[iterations - iterations / 2];
    for (int i = 0; i < seconds.length; i++) {
      int iteration = iterations / 2 + i;
      seconds[i] = (ends.get(iteration) - ends.get(iteration - 1)) / 1e9;
    }
    return new Samples(seconds);
  }

  private static Samples emptyStage(JavaSparkContext spark, int stages) {
    JavaRDD<Integer> tasks = spark.parallelize(List.of(0, 1), 2);
    double[] seconds = new double[stages];
    for (int i = 0; i < stages; i++) {
      long start = System.nanoTime();
      tasks.foreachPartition(ignored -> {});
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return new Samples(seconds);
  }
}
