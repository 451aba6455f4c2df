package io.github.trawl.bench;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.CpPasses;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.distributed.DistributedPasses;
import io.github.trawl.distributed.ExecutorMemory;
import io.github.trawl.distributed.TrawlKryoRegistrator;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Sweeps on two executors of one core each beside two threads of one process. */
final class ClusterComparison implements Comparison {
  private static final long MEMORY = 4L << 30;
  private static final long BLOCK_BYTES = 64L << 20;
  private static final int RANK = 64;

  /** At most 15 % slower. */
  private static final double TARGET = 1 / 1.15;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile tensor = setting.random(24, 768, 3072);
    int sweeps = setting.quick() ? 16 : 40;
    Samples threads;
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        PanelPool pool = new PanelPool(2);
        TensorBlock block = tensor.load(0, tensor.rows(), memory);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      threads = seconds(passes, memory, sweeps);
    }
    Samples executors;
    try (JavaSparkContext spark = new JavaSparkContext(conf());
        DistributedPasses passes =
            new DistributedPasses(spark, "bench", tensor, BLOCK_BYTES, MEMORY)) {
      spark.setLogLevel("ERROR");
      executors = seconds(passes, ExecutorMemory.limitedTo(MEMORY), sweeps);
    }
    return List.of(
        Row.seconds(
                "cluster",
                "CP sweep of %s, rank %d, two executors of one core".formatted(tensor, RANK),
                "two threads of one process",
                executors,
                threads)
            .atLeast(TARGET)
            .note("%d MiB, local-cluster".formatted(tensor.bytes() >> 20)));
  }

  /** The second half of the sweeps; the first warms up. */
  private static Samples seconds(CpPasses passes, OffHeapMemory memory, int sweeps) {
    List<Long> ends = new ArrayList<>();
    new CpAls(
            new CpOptions(sweeps, 0),
            BlasProvider.blas(),
            memory,
            (iteration, members, bestFit) -> ends.add(System.nanoTime()))
        .decompose(passes, List.of(new CpMember(RANK, 0)));
    double[] seconds = new double[sweeps - sweeps / 2];
    for (int i = 0; i < seconds.length; i++) {
      int sweep = sweeps / 2 + i;
      seconds[i] = (ends.get(sweep) - ends.get(sweep - 1)) / 1e9;
    }
    return new Samples(seconds);
  }

  /** Executors in processes of their own, with the classes of this one. */
  private static SparkConf conf() {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return new SparkConf()
        .setMaster("local-cluster[2,1,1024]")
        .setAppName("trawl bench")
        .set("spark.executor.extraClassPath", classPath)
        .set("spark.executor.memory", "1g")
        .set("spark.ui.enabled", "false")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrator", TrawlKryoRegistrator.class.getName());
  }
}
