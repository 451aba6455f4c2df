package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.KryoSettings;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorSource;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributedPassesTest {
  private static final long MEMORY = 1L << 30;
  private static final TensorSource SOURCE = new SyntheticSource(3, 210, 170, 0.5f);
  private static final List<CpMember> MEMBERS =
      List.of(new CpMember(4, 0), new CpMember(7, 1), new CpMember(1, 2));
  private static final CpOptions OPTIONS = new CpOptions(4, 2e-2);

  private static final long BLOCK_BYTES = 50_000;

  private static List<Decomposition> onOneCore;
  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    try (JavaSparkContext oneCore = spark("local[1]")) {
      onOneCore = distributed(oneCore, BLOCK_BYTES);
    }
    spark = spark("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** One block, many blocks, more blocks than cores. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 30, 10_200})
  void agreesWithTheResidentSolverWithinRounding(long blockBytes) {
    List<Decomposition> resident = resident();
    List<Decomposition> distributed = distributed(spark, blockBytes);
    for (int member = 0; member < MEMBERS.size(); member++) {
      Decomposition expected = resident.get(member);
      Decomposition actual = distributed.get(member);
      assertThat(actual.relativeError()).isCloseTo(expected.relativeError(), within(1e-4));
      assertThat(actual.reason()).isEqualTo(expected.reason());
    }
  }

  /** Four cores: {@code SameBitsTest}. */
  @Test
  void hasTheSameBitsOnOneAndTwoCoresAndReturnsAllMemory() {
    OffHeapMemory memory = ExecutorMemory.limitedTo(MEMORY);
    long before = memory.allocatedBytes();
    assertSameBits(distributed(spark, BLOCK_BYTES), onOneCore);
    try (DistributedPasses threeStages =
        new DistributedPasses(
            spark,
            "synthetic",
            new SourceSupply(SOURCE),
            BLOCK_BYTES,
            MEMORY,
            () -> withTasks(spark, 3),
            0)) {
      assertSameBits(distributed(threeStages), onOneCore);
    }
    assertThat(memory.allocatedBytes()).isEqualTo(before);
  }

  @Test
  void startsCentredAsTheResidentSolverAndRefusesAcceleration() {
    List<CpMember> centred = List.of(new CpMember(6, 3, StartDistribution.CENTRED));
    double expected;
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        PanelPool pool = new PanelPool(1);
        TensorBlock block = SOURCE.load(0, SOURCE.rows(), memory);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      expected =
          new CpAls(OPTIONS, BlasProvider.blas(), memory, CpAls.Listener.NONE)
              .decompose(passes, centred)
              .get(0)
              .relativeError();
    }
    CpOptions accelerated = new CpOptions(4, 0, Acceleration.EXTRAPOLATION);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        DistributedPasses passes =
            new DistributedPasses(spark, "x", new SourceSupply(SOURCE), 50_000, MEMORY)) {
      CpAls plain = new CpAls(OPTIONS, BlasProvider.blas(), memory, CpAls.Listener.NONE);
      assertThat(plain.decompose(passes, centred).get(0).relativeError())
          .isCloseTo(expected, within(1e-4));
      CpAls refused = new CpAls(accelerated, BlasProvider.blas(), memory, CpAls.Listener.NONE);
      assertThatThrownBy(() -> refused.decompose(passes, centred))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
          .hasMessageContainingAll("x is solved over the executors", "--acceleration");
    }
  }

  static void assertSameBits(List<Decomposition> actual, List<Decomposition> expected) {
    for (int member = 0; member < expected.size(); member++) {
      KruskalTensor left = (KruskalTensor) actual.get(member).tensor();
      KruskalTensor right = (KruskalTensor) expected.get(member).tensor();
      assertThat(left.weights()).isEqualTo(right.weights());
      assertThat(left.a()).isEqualTo(right.a());
      assertThat(left.b()).isEqualTo(right.b());
      assertThat(left.c()).isEqualTo(right.c());
      assertThat(actual.get(member).errors()).isEqualTo(expected.get(member).errors());
    }
  }

  static List<Decomposition> distributed(JavaSparkContext spark, long blockBytes) {
    try (DistributedPasses passes =
        new DistributedPasses(spark, "synthetic", new SourceSupply(SOURCE), blockBytes, MEMORY)) {
      return distributed(passes);
    }
  }

  private static List<Decomposition> distributed(DistributedPasses passes) {
    return new CpAls(
            OPTIONS, BlasProvider.blas(), ExecutorMemory.limitedTo(MEMORY), CpAls.Listener.NONE)
        .decompose(passes, MEMBERS);
  }

  private static List<Decomposition> resident() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        PanelPool pool = new PanelPool(2);
        TensorBlock block = SOURCE.load(0, SOURCE.rows(), memory);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return new CpAls(OPTIONS, BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, MEMBERS);
    }
  }

  /** The executors that are there, with another number of tasks. */
  static ClusterSize withTasks(JavaSparkContext spark, int tasks) {
    return new ClusterSize(ClusterSize.of(spark).executors(), tasks, tasks);
  }

  static JavaSparkContext spark(String master) {
    return new JavaSparkContext(settings(master));
  }

  static SparkConf settings(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrationRequired", "true")
        .set("spark.kryo.registrator", KryoSettings.registrators());
  }
}
