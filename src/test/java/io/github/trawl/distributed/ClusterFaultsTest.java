package io.github.trawl.distributed;

import static io.github.trawl.distributed.DistributedPassesTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.distributed.FaultPlugin.Kind;
import io.github.trawl.distributed.FaultPlugin.Side;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.JobFailure;
import io.github.trawl.spark.TaskRunner;
import io.github.trawl.tensor.TensorSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CP-ALS on two executors that lose tasks, files, blocks and processes: always the same bits. */
@Tag("slow")
@Timeout(300)
class ClusterFaultsTest {
  private static final long MEMORY = 1L << 28;
  private static final long BLOCK_BYTES = 50_000;
  private static final TensorSource SOURCE = new SyntheticSource(3, 120, 110, 0.5f);
  private static final List<CpMember> MEMBERS = List.of(new CpMember(4, 0), new CpMember(6, 1));
  private static JavaSparkContext spark;
  private static List<Decomposition> undisturbed;

  @BeforeAll
  static void startCluster() {
    spark = LocalCluster.start("faults", 2);
    undisturbed = decompose(SOURCE, BLOCK_BYTES, CpAls.Listener.NONE);
  }

  @AfterAll
  static void stopCluster() {
    spark.close();
  }

  @AfterEach
  void endOfFaults() {
    FaultPlugin.clear(spark);
  }

  /** Any part of an iteration that is lost is computed again. */
  @ParameterizedTest
  @CsvSource({
    "FAIL, read blocks, ANY",
    "FAIL, iteration 1: rows, ANY",
    "FAIL, iteration 2: columns, MAP",
    "FAIL, iteration 2: columns, REDUCE",
    "FAIL, gather rows, ANY",
    "EXIT, iteration 2: columns, MAP",
    "EXIT, iteration 2: columns, REDUCE",
    "HALT, read blocks, ANY",
    "HALT, iteration 2: columns and rows, REDUCE",
    "HALT, gather rows, ANY",
    "LOSE_SHUFFLE_FILES, iteration 2: columns, MAP",
    "LOSE_SHUFFLE_FILES, iteration 3: columns, REDUCE"
  })
  void survives(Kind kind, String step, Side side) {
    Set<Long> before = LocalCluster.executors(spark);
    FaultPlugin.inject(spark, kind, step, side);
    assertSameBits(decompose(SOURCE, BLOCK_BYTES, CpAls.Listener.NONE), undisturbed);
    FaultPlugin.clear(spark);
    if (kind == Kind.EXIT || kind == Kind.HALT) {
      assertThat(LocalCluster.executors(spark)).as("executors").isNotEqualTo(before);
    }
  }

  /** One executor or all of them die between iterations, with all that they keep. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void survivesTheLossOfResidentBlocks(int executors) {
    AtomicBoolean killed = new AtomicBoolean();
    CpAls.Listener killer =
        (iteration, members, fit) -> {
          if (iteration == 2 && !killed.getAndSet(true)) {
            LocalCluster.executors(spark).stream()
                .limit(executors)
                .forEach(pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
          }
        };
    assertSameBits(decompose(SOURCE, BLOCK_BYTES, killer), undisturbed);
  }

  /** What was broadcast is gone from the executors. */
  @Test
  void survivesTheLossOfBroadcasts() {
    CpAls.Listener remover =
        (iteration, members, fit) -> {
          for (long id = 0; id < 500; id++) {
            spark.env().blockManager().master().removeBroadcast(id, false, false);
          }
        };
    assertSameBits(decompose(SOURCE, BLOCK_BYTES, remover), undisturbed);
  }

  /** One block for two executors, and far more blocks than executors. */
  @Test
  void takesOneBlockAndMany() {
    List<Decomposition> one = decompose(SOURCE, 1L << 30, CpAls.Listener.NONE);
    List<Decomposition> many = decompose(SOURCE, 5_000, CpAls.Listener.NONE);
    for (int member = 0; member < MEMBERS.size(); member++) {
      double expected = undisturbed.get(member).relativeError();
      assertThat(one.get(member).relativeError()).isCloseTo(expected, within(1e-5));
      assertThat(many.get(member).relativeError()).isCloseTo(expected, within(1e-5));
    }
  }

  /** A source that can be read at the second attempt. */
  @Test
  void readsAgainWhatCouldNotBeRead() {
    TensorSource flaky = new FaultySource(SOURCE, FaultySource.Kind.BAD_INPUT, 1);
    assertSameBits(decompose(flaky, BLOCK_BYTES, CpAls.Listener.NONE), undisturbed);
  }

  /** Four failures of one task fail the job with the cause. */
  @Test
  void reportsTheCauseOfATaskThatFailsFourTimes() {
    assertThatThrownBy(() -> failing(FaultySource.Kind.BAD_INPUT))
        .isInstanceOf(TrawlException.class)
        .hasMessage("slice 0: row 0 is unreadable; bring another");
  }

  /** An exception that is not serializable. */
  @Test
  void reportsAnExceptionThatCannotTravel() {
    assertThatThrownBy(() -> failing(FaultySource.Kind.NOT_SERIALIZABLE))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("faulty")
        .hasMessageContaining("cannot travel");
  }

  @Test
  void refusesABlockThatWasNotFilled() {
    assertThatThrownBy(() -> failing(FaultySource.Kind.TOO_FEW_VALUES))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("1 values are missing of slice 0, rows 0 to");
  }

  /** Blocks that don't fit the memory; the setting to raise is named. */
  @Test
  void namesTheSettingWhenBlocksDoNotFit() {
    assertThatThrownBy(() -> run(() -> decompose(SOURCE, BLOCK_BYTES, 60_000)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("memory.off-heap");
  }

  /** A class that Kryo does not know is named in the error. */
  @Test
  void namesAClassThatIsNotRegistered() {
    record Unregistered(int value) implements java.io.Serializable {}
    assertThatThrownBy(
            () ->
                TaskRunner.collect(
                    spark, "unregistered", List.of(1, 2), Unregistered::new, result -> {}))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("not registered")
        .hasMessageContaining(Unregistered.class.getName());
  }

  private static List<Decomposition> failing(FaultySource.Kind kind) {
    return run(
        () ->
            decompose(
                new FaultySource(SOURCE, kind, Integer.MAX_VALUE),
                BLOCK_BYTES,
                CpAls.Listener.NONE));
  }

  /** Wraps failures as the denoise job does. */
  private static <T> T run(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw JobFailure.of("faulty", e);
    }
  }

  private static List<Decomposition> decompose(TensorSource source, long blockBytes, long memory) {
    return decompose(source, blockBytes, memory, CpAls.Listener.NONE);
  }

  private static List<Decomposition> decompose(
      TensorSource source, long blockBytes, CpAls.Listener listener) {
    return decompose(source, blockBytes, MEMORY, listener);
  }

  private static List<Decomposition> decompose(
      TensorSource source, long blockBytes, long memory, CpAls.Listener listener) {
    CpAls solver =
        new CpAls(
            new CpOptions(3, 0), BlasProvider.blas(), ExecutorMemory.limitedTo(MEMORY), listener);
    return new DistributedSolver(spark, blockBytes, memory)
        .solve("faulty", new SourceSupply(source), passes -> solver.decompose(passes, MEMBERS));
  }
}
