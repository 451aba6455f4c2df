package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.distributed.FaultPlugin;
import io.github.trawl.distributed.FaultPlugin.Kind;
import io.github.trawl.distributed.FaultPlugin.Side;
import io.github.trawl.distributed.LocalCluster;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.KryoSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerSpeculativeTaskSubmitted;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run writes has the same bytes wherever it runs, and whatever dies meanwhile. */
@Timeout(300)
class SameBitsTest {
  private static final Run SPREAD =
      new Run("cp-spread", DecompositionMethods.CP, Strategy.MODEL, 1, "iteration 2: columns");
  private static final List<Run> RUNS =
      List.of(
          new Run("cp", DecompositionMethods.CP, Strategy.LAYER, Long.MAX_VALUE, "decompose 2"),
          SPREAD,
          new Run("tucker", DecompositionMethods.TUCKER, Strategy.MODEL, Long.MAX_VALUE, "write 1"),
          new Run("svd", DecompositionMethods.SVD, Strategy.LAYER, Long.MAX_VALUE, "decompose 4"));

  @TempDir private static Path directory;
  private static Map<String, byte[]> expected;

  /**
   * A denoise run.
   *
   * @param threshold bytes above which a stack is spread over row blocks
   * @param job the job in which an executor dies, where one does
   */
  private record Run(
      String name, DecompositionMethod method, Strategy strategy, long threshold, String job) {}

  @BeforeAll
  static void runOnOneCore() throws IOException {
    TinyModel.write(directory.resolve("model"), DType.F32, 200);
    try (JavaSparkContext spark = local(1)) {
      expected = outputs(spark, "one");
    }
    assertThat(expected).hasSize(4 + 2 + 1 + 1 + 4).containsKey("svd/factors/layer-1-up.arrow");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void onMoreCores(int cores) throws IOException {
    try (JavaSparkContext spark = local(cores)) {
      assertSameBytes(outputs(spark, "cores-" + cores));
    }
  }

  @Tag("slow")
  @Test
  void onAClusterOfTwo() throws IOException {
    try (JavaSparkContext spark = cluster(Map.of())) {
      assertSameBytes(outputs(spark, "cluster"));
    }
  }

  /** Two attempts of one task, the first so slow that the second overtakes it. */
  @Tag("slow")
  @Test
  void withSecondAttemptsOfTasks() throws IOException {
    AtomicInteger secondAttempts = new AtomicInteger();
    Map<String, byte[]> actual = new TreeMap<>();
    try (JavaSparkContext spark =
        cluster(
            Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.task.duration.threshold", "500ms"))) {
      spark
          .sc()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onSpeculativeTaskSubmitted(SparkListenerSpeculativeTaskSubmitted task) {
                  secondAttempts.incrementAndGet();
                }
              });
      for (Run run : RUNS) {
        FaultPlugin.inject(spark, Kind.DELAY, run.job(), Side.ANY);
        actual.putAll(output(spark, run, "second-attempts"));
        FaultPlugin.clear(spark);
      }
    }
    assertSameBytes(actual);
    assertThat(secondAttempts.get()).isGreaterThanOrEqualTo(RUNS.size());
  }

  /** An executor dies with its blocks, its files and what it has just solved. */
  @Test
  void onAClusterThatLosesAnExecutor() throws IOException {
    assertSameBytes(outputsOfDyingExecutors(List.of(SPREAD)));
  }

  /** The same in a task that solves a stack, and in one that writes a shard. */
  @Tag("slow")
  @Test
  void onAClusterThatLosesAnExecutorInEachRun() throws IOException {
    assertSameBytes(outputsOfDyingExecutors(RUNS));
  }

  private static Map<String, byte[]> outputsOfDyingExecutors(List<Run> runs) throws IOException {
    AtomicInteger dead = new AtomicInteger();
    Map<String, byte[]> outputs = new TreeMap<>();
    try (JavaSparkContext spark = cluster(Map.of())) {
      spark
          .sc()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
                  dead.incrementAndGet();
                }
              });
      for (Run run : runs) {
        FaultPlugin.inject(spark, Kind.HALT, run.job(), Side.ANY);
        outputs.putAll(output(spark, run, "dying-executors-of-" + runs.size()));
        FaultPlugin.clear(spark);
      }
    }
    assertThat(dead.get()).isGreaterThanOrEqualTo(runs.size());
    return outputs;
  }

  private static void assertSameBytes(Map<String, byte[]> actual) {
    assertThat(expected.keySet()).containsAll(actual.keySet());
    assertThat(actual).isNotEmpty();
    actual.forEach((file, bytes) -> assertThat(bytes).as(file).isEqualTo(expected.get(file)));
  }

  private static Map<String, byte[]> outputs(JavaSparkContext spark, String name)
      throws IOException {
    Map<String, byte[]> outputs = new TreeMap<>();
    for (Run run : RUNS) {
      outputs.putAll(output(spark, run, name));
    }
    return outputs;
  }

  /** The weights and the factors that a run writes; its manifest holds times. */
  private static Map<String, byte[]> output(JavaSparkContext spark, Run run, String name)
      throws IOException {
    Path output = directory.resolve(name + "-" + run.name());
    new DenoiseJob(spark, Progress.NONE).run(request(run, output));
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(output)) {
      for (Path path : paths.toList()) {
        String file = run.name() + "/" + output.relativize(path);
        if (file.endsWith(".safetensors") || file.endsWith(".arrow")) {
          files.put(file, Files.readAllBytes(path));
        }
      }
    }
    return files;
  }

  private static DenoiseRequest request(Run run, Path output) {
    return new DenoiseRequest(
        // Relative to the driver's directory, which is not that of executors.
        new org.apache.hadoop.fs.Path(
            Path.of("").toAbsolutePath().relativize(directory.resolve("model")).toString()),
        new org.apache.hadoop.fs.Path(output.toUri()),
        false,
        Optional.empty(),
        new StackSelection(run.strategy(), "fc", "all"),
        DecompositionOptions.of(run.method(), 3, 7, 3, 0),
        new SolveLimits(1L << 27, run.threshold(), 200_000),
        OptionalInt.empty(),
        true,
        new ObjectMapper().createObjectNode());
  }

  private static JavaSparkContext cluster(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("spark.kryo.registrator", KryoSettings.registrators());
    return LocalCluster.start("same bits", 2, settings);
  }

  private static JavaSparkContext local(int cores) {
    return new JavaSparkContext(
        new SparkConf()
            .setMaster("local[" + cores + "]")
            .setAppName("same bits")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", KryoSettings.registrators()));
  }
}
