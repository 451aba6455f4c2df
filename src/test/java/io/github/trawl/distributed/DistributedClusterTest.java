package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.denoise.ComparedRuns;
import io.github.trawl.distributed.FaultPlugin.Kind;
import io.github.trawl.distributed.FaultPlugin.Side;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

/** Solves over two executors in processes of their own. */
@Timeout(120)
class DistributedClusterTest {
  private static final long MEMORY = 1L << 30;
  private static final TensorSource SOURCE = new SyntheticSource(4, 256, 1024, 0.5f);
  private static final int RANK = 16;
  private static final int ITERATIONS = 3;
  @TempDir private static Path directory;
  private static List<Decomposition> expected;
  private static Map<String, byte[]> expectedFiles;
  private static JavaSparkContext spark;

  @BeforeAll
  static void solveInOneProcess() throws IOException {
    ComparedRuns.writeModel(directory);
    try (JavaSparkContext local = DistributedPassesTest.spark("local[2]")) {
      expected = DistributedPassesTest.distributed(local, 50_000);
      expectedFiles = ComparedRuns.output(local, directory, "local", ComparedRuns.SPREAD);
    }
    spark = LocalCluster.start("cluster", 2);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** One may have died in the test before. */
  @BeforeEach
  void awaitExecutors() {
    LocalCluster.awaitExecutors(spark, 2);
  }

  /** The bits do not depend on where tasks run or how many there are. */
  @Test
  void hasTheBitsOfOneProcess() {
    DistributedPassesTest.assertSameBits(
        DistributedPassesTest.distributed(spark, 50_000), expected);
  }

  /** A denoise run in which an executor dies with its blocks, files and what it has just solved. */
  @Test
  void aRunThatLosesAnExecutorWritesTheSameBytes() throws IOException {
    Set<Long> before = LocalCluster.executors(spark);
    FaultPlugin.inject(spark, Kind.HALT, ComparedRuns.SPREAD.job(), Side.ANY);
    Map<String, byte[]> actual =
        ComparedRuns.output(spark, directory, "cluster", ComparedRuns.SPREAD);
    FaultPlugin.clear(spark);
    assertThat(LocalCluster.executors(spark).containsAll(before)).as("none died").isFalse();
    assertThat(actual.keySet())
        .isEqualTo(expectedFiles.keySet())
        .contains("cp-spread/factors/model-fc.arrow");
    actual.forEach((file, bytes) -> assertThat(bytes).as(file).isEqualTo(expectedFiles.get(file)));
  }

  /**
   * What an iteration moves, in bytes: each executor's J×R partial MTTKRP into the shuffle; out of
   * it, to each executor, the panels that it solves, and from other executors the rest of B; to the
   * driver, R×R Gram matrices and K×R. What does not depend on R cancels out.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void movesWhatTheDesignSays(boolean inTwoStages) throws TimeoutException {
    long latencyBytes = inTwoStages ? Long.MAX_VALUE : 0;
    int low = 16;
    int high = 64;
    Map<String, StageTraffic.Bytes> less = traffic(low, latencyBytes);
    Map<String, StageTraffic.Bytes> more = traffic(high, latencyBytes);
    long executors = 2;
    long factor = 4L * SOURCE.columns() * (high - low);
    long gram = 8L * (high * high - low * low);
    long slices = 8L * SOURCE.depth() * (high - low);
    // Spark counts a panel that is read where it was solved with its Gram matrices.
    long panelGrams = Panels.of(SOURCE.columns()).count() * gram;

    StageTraffic.Bytes partials = difference(more, less, "partial column MTTKRP of test");
    StageTraffic.Bytes rows = difference(more, less, "row sums of test");
    assertThat(partials.shuffleWritten())
        .isCloseTo(ITERATIONS * executors * factor, withinPercentage(1));
    if (inTwoStages) {
      // Partial sums of a panel, one from each executor, or the panel.
      assertThat(rows.shuffleRead() / executors + rows.blocksRead())
          .isCloseTo(ITERATIONS * ((executors + 1) * factor + panelGrams), withinPercentage(1));
      // How often a panel is solved twice is chance, which a difference of two runs would double.
      long written = more.get("partial column MTTKRP of test").shuffleWritten();
      assertThat(more.get("row sums of test").shuffleRead())
          .isBetween(written, executors * written);
    } else {
      StageTraffic.Bytes columns = difference(more, less, "columns of test");
      assertThat(columns.shuffleRead()).isEqualTo(partials.shuffleWritten());
      assertThat(rows.shuffleRead()).isZero();
      assertThat(rows.blocksRead())
          .isCloseTo(ITERATIONS * (executors * factor + panelGrams), withinPercentage(1));
    }
    // The first of the iterations + 1 passes over the rows starts from random numbers.
    assertThat(rows.toDriver())
        .isCloseTo(
            (ITERATIONS + 1) * executors * (gram + slices) + ITERATIONS * gram,
            withinPercentage(3));
  }

  private static Map<String, StageTraffic.Bytes> traffic(int rank, long latencyBytes)
      throws TimeoutException {
    StageTraffic traffic = new StageTraffic();
    spark.sc().addSparkListener(traffic);
    try (DistributedPasses passes =
        new DistributedPasses(
            spark,
            "test",
            new SourceSupply(SOURCE),
            1 << 20,
            MEMORY,
            () -> DistributedPassesTest.withTasks(spark, 2),
            latencyBytes)) {
      solver(ITERATIONS, CpAls.Listener.NONE).decompose(passes, List.of(new CpMember(rank, 0)));
      return traffic.byName(spark);
    } finally {
      spark.sc().removeSparkListener(traffic);
    }
  }

  private static StageTraffic.Bytes difference(
      Map<String, StageTraffic.Bytes> more, Map<String, StageTraffic.Bytes> less, String name) {
    return more.get(name).minus(less.get(name));
  }

  /** The executors' blocks make up the tensor, once; after the solve they are freed in moments. */
  @Test
  void executorsHoldTheirShareOnce() throws InterruptedException {
    awaitNothingResident(); // Of the solves of other tests.
    long tensorBytes = 4L * 4 * 256 * 1024;
    Map<Long, Long> during = new HashMap<>();
    CpAls solver = solver(4, (iteration, members, fit) -> during.putAll(residentBytes()));
    new DistributedSolver(spark, 1 << 20, MEMORY)
        .solve(
            "test",
            new SourceSupply(SOURCE),
            passes -> solver.decompose(passes, List.of(new CpMember(RANK, 0))));
    assertThat(during.values()).containsExactly(tensorBytes / 2, tensorBytes / 2);
    awaitNothingResident();
  }

  private static void awaitNothingResident() throws InterruptedException {
    while (!residentBytes().values().stream().allMatch(bytes -> bytes == 0)) {
      Thread.sleep(100);
    }
  }

  /** Members of many ranks at once, most of which leave early, as one by one within rounding. */
  @Tag("slow")
  @Test
  void solvesABatchAsItsMembersAlone() {
    List<CpMember> members =
        IntStream.rangeClosed(1, 12).mapToObj(rank -> new CpMember(rank, rank)).toList();
    List<Decomposition> together = solve(members);
    assertThat(together.stream().map(Decomposition::iterations).distinct().count())
        .isGreaterThan(3);
    for (int i = 0; i < members.size(); i += 4) {
      Decomposition alone = solve(List.of(members.get(i))).get(0);
      assertThat(together.get(i).iterations()).isEqualTo(alone.iterations());
      assertThat(together.get(i).relativeError()).isCloseTo(alone.relativeError(), within(1e-6));
    }
  }

  private static List<Decomposition> solve(List<CpMember> members) {
    CpAls solver =
        new CpAls(
            new CpOptions(12, 3e-3),
            BlasProvider.blas(),
            ExecutorMemory.limitedTo(MEMORY),
            CpAls.Listener.NONE);
    return new DistributedSolver(spark, 1 << 19, MEMORY)
        .solve("batch", new SourceSupply(SOURCE), passes -> solver.decompose(passes, members));
  }

  private static CpAls solver(int iterations, CpAls.Listener listener) {
    return new CpAls(
        new CpOptions(iterations, 0),
        BlasProvider.blas(),
        ExecutorMemory.limitedTo(MEMORY),
        listener);
  }

  /** By process; many tasks, so that each executor gets one. */
  private static Map<Long, Long> residentBytes() {
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
