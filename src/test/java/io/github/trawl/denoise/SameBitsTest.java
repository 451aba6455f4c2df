package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.denoise.ComparedRuns.Run;
import io.github.trawl.distributed.FaultPlugin;
import io.github.trawl.distributed.FaultPlugin.Kind;
import io.github.trawl.distributed.FaultPlugin.Side;
import io.github.trawl.distributed.LocalCluster;
import io.github.trawl.spark.KryoSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
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

/**
 * What a run writes has the same bytes wherever it runs, and whatever dies meanwhile. A run that
 * loses an executor is among the quick tests of {@code DistributedClusterTest}, which has a
 * cluster.
 */
@Timeout(300)
class SameBitsTest {
  @TempDir private static Path directory;
  private static Map<String, byte[]> expected;

  @BeforeAll
  static void runOnOneCore() throws IOException {
    ComparedRuns.writeModel(directory);
    try (JavaSparkContext spark = local(1)) {
      expected = outputs(spark, "one");
    }
    assertThat(expected).hasSize(4 + 2 + 1 + 1 + 4).containsKey("svd/factors/layer-1-up.arrow");
  }

  @Test
  void onFourCores() throws IOException {
    assertSameBytesOn(4);
  }

  @Tag("slow")
  @Test
  void onTwoCores() throws IOException {
    assertSameBytesOn(2);
  }

  private static void assertSameBytesOn(int cores) throws IOException {
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
      for (Run run : ComparedRuns.ALL) {
        FaultPlugin.inject(spark, Kind.DELAY, run.job(), Side.ANY);
        actual.putAll(ComparedRuns.output(spark, directory, "second-attempts", run));
        FaultPlugin.clear(spark);
      }
    }
    assertSameBytes(actual);
    assertThat(secondAttempts.get()).isGreaterThanOrEqualTo(ComparedRuns.ALL.size());
  }

  /**
   * An executor dies in each run: with the blocks of a spread stack and what it has just solved, in
   * a task that solves a stack, and in one that writes a shard.
   */
  @Tag("slow")
  @Test
  void onAClusterThatLosesAnExecutorInEachRun() throws IOException {
    AtomicInteger dead = new AtomicInteger();
    Map<String, byte[]> actual = new TreeMap<>();
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
      for (Run run : ComparedRuns.ALL) {
        FaultPlugin.inject(spark, Kind.HALT, run.job(), Side.ANY);
        actual.putAll(ComparedRuns.output(spark, directory, "dying-executors", run));
        FaultPlugin.clear(spark);
      }
    }
    assertSameBytes(actual);
    assertThat(dead.get()).isGreaterThanOrEqualTo(ComparedRuns.ALL.size());
  }

  private static void assertSameBytes(Map<String, byte[]> actual) {
    assertThat(expected.keySet()).containsAll(actual.keySet());
    assertThat(actual).isNotEmpty();
    actual.forEach((file, bytes) -> assertThat(bytes).as(file).isEqualTo(expected.get(file)));
  }

  private static Map<String, byte[]> outputs(JavaSparkContext spark, String name)
      throws IOException {
    Map<String, byte[]> outputs = new TreeMap<>();
    for (Run run : ComparedRuns.ALL) {
      outputs.putAll(ComparedRuns.output(spark, directory, name, run));
    }
    return outputs;
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
