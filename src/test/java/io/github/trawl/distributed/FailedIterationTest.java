package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.distributed.FaultPlugin.Kind;
import io.github.trawl.distributed.FaultPlugin.Side;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.TensorSource;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BroadcastBlockId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A failed iteration frees what it kept in Spark's memory and leaves nothing to Spark's cleaner.
 */
@Timeout(60)
class FailedIterationTest {
  private static final long MEMORY = 1L << 28;
  private static final TensorSource SOURCE = new SyntheticSource(3, 120, 110, 0.5f);

  /** Of rank 200, whose normal equations are large enough to be broadcast. */
  private static final List<CpMember> MEMBERS = List.of(new CpMember(200, 0));

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            DistributedPassesTest.settings("local[2]")
                .set("spark.plugins", FaultPlugin.class.getName()));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @AfterEach
  void endOfFaults() {
    FaultPlugin.clear(spark);
  }

  /** A local master does not retry a task, so a failed task fails the job. */
  @ParameterizedTest
  @CsvSource({
    "iteration 1: rows, ANY, 33554432",
    "iteration 2: columns, MAP, 33554432",
    "iteration 3: columns, MAP, 33554432",
    "iteration 3: columns, REDUCE, 0"
  })
  void releasesWhatItBegan(String step, Side side, long latencyBytes) throws InterruptedException {
    List<String> rddsBefore = persistedRdds();
    int broadcastsBefore = largeBroadcasts();
    try (DistributedPasses passes =
        new DistributedPasses(
            spark,
            "x",
            new SourceSupply(SOURCE),
            20_000,
            MEMORY,
            () -> DistributedPassesTest.withTasks(spark, 2),
            latencyBytes)) {
      CpAls solver =
          new CpAls(
              new CpOptions(4, 0),
              BlasProvider.blas(),
              ExecutorMemory.limitedTo(MEMORY),
              CpAls.Listener.NONE);
      FaultPlugin.inject(spark, Kind.FAIL, step, side);
      assertThatThrownBy(() -> solver.decompose(passes, MEMBERS))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("injected failure");
      // B and the input of the last complete iteration stay until the passes are closed.
      boolean iterated = step.startsWith("iteration 3");
      assertThat(persistedRdds())
          .containsExactlyElementsOf(
              iterated
                  ? List.of("columns of x", "resident blocks of x")
                  : List.of("resident blocks of x"));
      awaitLargeBroadcasts(broadcastsBefore + (iterated ? 1 : 0));
    }
    assertThat(persistedRdds()).isEqualTo(rddsBefore);
    awaitLargeBroadcasts(broadcastsBefore);
  }

  private static List<String> persistedRdds() {
    return spark.getPersistentRDDs().values().stream().map(JavaRDD::name).sorted().toList();
  }

  /** Spark removes them in the background. */
  private static void awaitLargeBroadcasts(int count) throws InterruptedException {
    while (largeBroadcasts() != count) {
      Thread.sleep(10);
    }
  }

  /** Counts those of inputs, which are larger than the tasks that Spark itself broadcasts. */
  private static int largeBroadcasts() {
    BlockManager blocks = SparkEnv.get().blockManager();
    Function1<BlockId, Object> isWholeBroadcast =
        id -> id instanceof BroadcastBlockId broadcast && broadcast.field().isEmpty();
    return (int)
        CollectionConverters.asJava(blocks.getMatchingBlockIds(isWholeBroadcast)).stream()
            .map(blocks::getStatus)
            .filter(status -> status.isDefined() && status.get().memSize() > 1 << 19)
            .count();
  }
}
