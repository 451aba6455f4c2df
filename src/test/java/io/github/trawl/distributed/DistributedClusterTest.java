package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.tensor.TensorSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** Solves over two executors in processes of their own. */
class DistributedClusterTest {
  private static final long MEMORY = 1L << 30;
  private static final TensorSource SOURCE = new SyntheticSource(4, 256, 1024, 0.5f);
  private static final int RANK = 16;
  private static final long FACTOR_BYTES = 4L * 1024 * RANK;
  private static List<Decomposition> expected;
  private static JavaSparkContext spark;

  @BeforeAll
  static void solveInOneProcess() {
    try (JavaSparkContext local = DistributedPassesTest.spark("local[2]")) {
      expected = DistributedPassesTest.distributed(local, 50_000);
    }
    spark = LocalCluster.start("cluster", 2);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** Fault 70: the bits do not depend on where tasks run or how many there are. */
  @Test
  void hasTheBitsOfOneProcess() {
    DistributedPassesTest.assertSameBits(
        DistributedPassesTest.distributed(spark, 50_000), expected);
  }

  /**
   * What a sweep moves: each executor's J×R partial MTTKRP through the shuffle, B to each executor,
   * R×R Gram matrices and K×R to the driver.
   */
  @Test
  void movesWhatTheDesignSays() throws TimeoutException {
    int sweeps = 5;
    StageTraffic traffic = new StageTraffic();
    spark.sc().addSparkListener(traffic);
    Map<String, StageTraffic.Bytes> bytes;
    try {
      solve(sweeps, RANK);
      bytes = traffic.byName(spark);
    } finally {
      spark.sc().removeSparkListener(traffic);
    }
    long overhead = 8192;
    StageTraffic.Bytes partials = bytes.get("partial column MTTKRP of test");
    StageTraffic.Bytes columns = bytes.get("columns of test");
    StageTraffic.Bytes rows = bytes.get("row sums of test");
    long executors = 2;
    assertThat(partials.shuffleWritten() / sweeps)
        .isBetween(executors * FACTOR_BYTES, executors * FACTOR_BYTES + overhead);
    assertThat(columns.shuffleRead()).isEqualTo(partials.shuffleWritten());
    // The first of the sweeps + 1 passes over the rows starts from random numbers.
    assertThat(rows.blocksRead() / sweeps)
        .isBetween(executors * FACTOR_BYTES, executors * FACTOR_BYTES + overhead);
    // Spark's own metrics travel with a result: about 9 kB.
    long metricsOfTask = 16_384;
    long gramBytes = 8L * RANK * RANK;
    long sliceBytes = 8L * 4 * RANK;
    assertThat(columns.toDriver() / sweeps)
        .isBetween(executors * gramBytes, executors * (gramBytes + metricsOfTask));
    assertThat(rows.toDriver() / (sweeps + 1))
        .isBetween(
            executors * (gramBytes + sliceBytes),
            executors * (gramBytes + sliceBytes + metricsOfTask));
  }

  /** The executors' blocks make up the tensor, once; nothing is left after the solve. */
  @Test
  void executorsHoldTheirShareOnce() {
    long tensorBytes = 4L * 4 * 256 * 1024;
    Map<Long, Long> during = new HashMap<>();
    CpAls solver =
        new CpAls(
            new CpOptions(4, 0),
            BlasProvider.blas(),
            ExecutorMemory.limitedTo(MEMORY),
            (iteration, members, fit) -> during.putAll(residentBytes()));
    new DistributedCpAls(spark, solver, 1 << 20, MEMORY)
        .decompose("test", SOURCE, List.of(new CpMember(RANK, 0)));
    assertThat(during.values()).containsExactly(tensorBytes / 2, tensorBytes / 2);
    assertThat(residentBytes().values()).allMatch(bytes -> bytes == 0);
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
    return new DistributedCpAls(spark, solver, 1 << 19, MEMORY).decompose("batch", SOURCE, members);
  }

  private static void solve(int sweeps, int rank) {
    CpAls solver =
        new CpAls(
            new CpOptions(sweeps, 0),
            BlasProvider.blas(),
            ExecutorMemory.limitedTo(MEMORY),
            CpAls.Listener.NONE);
    new DistributedCpAls(spark, solver, 1 << 20, MEMORY)
        .decompose("test", SOURCE, List.of(new CpMember(rank, 0)));
  }

  /** By process; many tasks, so that each executor gets one. */
  private static Map<Long, Long> residentBytes() {
    Map<Long, Long> bytes = new HashMap<>();
    spark
        .parallelize(IntStream.range(0, 16).boxed().toList(), 16)
        .map(i -> new Tuple2<>(ProcessHandle.current().pid(), ResidentBlocks.residentBytes()))
        .collect()
        .forEach(pair -> bytes.put(pair._1, pair._2));
    return bytes;
  }
}
