package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.CpPasses;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorSource;
import java.io.File;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Seconds of a CP-ALS sweep on two executors of one core each beside two threads of one process.
 *
 * <p>Arguments: K I J rank sweeps. Needs a SPARK_HOME that has a {@code jars} directory, and
 * SPARK_SCALA_VERSION. The first half of the sweeps warms up, the median of the other half counts.
 */
public final class DistributedComparison {
  private static final long MEMORY = 6L << 30;
  private static final long BLOCK_BYTES = 64L << 20;

  private DistributedComparison() {}

  /** Prints both medians and their ratio. */
  public static void main(String[] arguments) {
    int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
    Noise source = new Noise(numbers[0], numbers[1], numbers[2]);
    int rank = numbers[3];
    int sweeps = numbers[4];
    double resident = median(resident(source, rank, sweeps));
    double distributed = median(distributed(source, rank, sweeps));
    System.out.printf(
        Locale.ROOT,
        "(%d, %d, %d) rank %d: %.3f s a sweep on two threads, %.3f s on two executors, ratio %.3f%n",
        source.depth(),
        source.rows(),
        source.columns(),
        rank,
        resident,
        distributed,
        distributed / resident);
  }

  /** Uniform noise: what a sweep costs does not depend on the values. */
  private record Noise(int depth, int rows, int columns) implements TensorSource {
    @Override
    public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
      for (int row = rowStart; row < rowStart + rowCount; row++) {
        long state = (slice * 1_000_003L + row) * 0x9e3779b97f4a7c15L + 1;
        for (int column = 0; column < columns; column++) {
          state ^= state << 13;
          state ^= state >>> 7;
          state ^= state << 17;
          target.put((state >>> 40) * 0x1p-23f - 1);
        }
      }
    }
  }

  private static List<Double> resident(TensorSource source, int rank, int sweeps) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        PanelPool pool = new PanelPool(2);
        TensorBlock block = source.load(0, source.rows(), memory);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return seconds(passes, memory, rank, sweeps);
    }
  }

  private static List<Double> distributed(TensorSource source, int rank, int sweeps) {
    try (JavaSparkContext spark = new JavaSparkContext(conf());
        DistributedPasses passes =
            new DistributedPasses(spark, "comparison", source, BLOCK_BYTES, MEMORY)) {
      return seconds(passes, ExecutorMemory.limitedTo(MEMORY), rank, sweeps);
    }
  }

  /** Of the second half of the sweeps. */
  private static List<Double> seconds(CpPasses passes, OffHeapMemory memory, int rank, int sweeps) {
    List<Long> ends = new ArrayList<>();
    new CpAls(
            new CpOptions(sweeps, 0),
            BlasProvider.blas(),
            memory,
            (iteration, members, fit) -> ends.add(System.nanoTime()))
        .decompose(passes, List.of(new CpMember(rank, 0)));
    List<Double> seconds = new ArrayList<>();
    for (int i = sweeps / 2; i < sweeps; i++) {
      seconds.add((ends.get(i) - ends.get(i - 1)) / 1e9);
    }
    return seconds;
  }

  private static double median(List<Double> seconds) {
    return seconds.stream().sorted().toList().get(seconds.size() / 2);
  }

  private static SparkConf conf() {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return new SparkConf()
        .setMaster("local-cluster[2,1,1024]")
        .setAppName("comparison")
        .set("spark.executor.extraClassPath", classPath)
        .set("spark.executor.memory", "1g")
        .set("spark.ui.enabled", "false")
        .set("spark.shuffle.compress", "false")
        .set("spark.broadcast.compress", "false")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrationRequired", "true")
        .set("spark.kryo.registrator", TrawlKryoRegistrator.class.getName());
  }
}
