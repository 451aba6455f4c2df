package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.tensor.TensorSource;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/** Executors that die, come late, or are added and kept by dynamic allocation: the same bits. */
@Tag("slow")
@Timeout(600)
class ClusterChangesTest {
  private static final TensorSource SOURCE = new SyntheticSource(3, 120, 110, 0.5f);
  private static final long TENSOR_BYTES = 4L * 3 * 120 * 110;
  private static List<Decomposition> expected;
  private static List<List<Decomposition>> expectedOfBoth;

  @BeforeAll
  static void solveInOneProcess() {
    try (JavaSparkContext spark = DistributedPassesTest.spark("local[2]")) {
      expected = Solves.solve(spark, SOURCE, CpAls.Listener.NONE);
      expectedOfBoth = Solves.inTurns(spark);
    }
  }

  /** Each read takes a while, as from a store. */
  private record SlowSource(TensorSource source) implements TensorSource {
    @Override
    public int depth() {
      return source.depth();
    }

    @Override
    public int rows() {
      return source.rows();
    }

    @Override
    public int columns() {
      return source.columns();
    }

    @Override
    public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
      try {
        Thread.sleep(150);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      source.read(slice, rowStart, rowCount, target);
    }
  }

  @Test
  void twoSolvesAtOnceSurviveTheLossOfAnExecutor() {
    try (JavaSparkContext spark = LocalCluster.start("two solves", 2)) {
      Solves.assertSameBits(Solves.atOnce(spark, CpAls.Listener.NONE), expectedOfBoth);
      CpAls.Listener killer =
          (iteration, members, fit) -> {
            if (iteration == 2) {
              kill(LocalCluster.executors(spark).iterator().next());
            }
          };
      Solves.assertSameBits(Solves.atOnce(spark, killer), expectedOfBoth);
      await(() -> Solves.residentBytes(spark).values().stream().allMatch(bytes -> bytes == 0));
    }
  }

  @Test
  void anExecutorThatRegistersLateTakesItsShare() {
    try (JavaSparkContext spark = LocalCluster.start("late", 2)) {
      // The application is to have one executor from here on.
      spark.sc().killExecutor(executorIds(spark).iterator().next());
      await(() -> executorIds(spark).size() == 1);
      Map<Long, Long> early = new HashMap<>();
      Map<Long, Long> late = new HashMap<>();
      CpAls.Listener listener =
          (iteration, members, fit) -> {
            if (iteration == 1) {
              early.putAll(Solves.residentBytes(spark));
              spark.sc().requestTotalExecutors(2, 0, Map$.MODULE$.empty());
              await(() -> executorIds(spark).size() == 2);
            } else if (iteration == Solves.ITERATIONS) {
              late.putAll(Solves.residentBytes(spark));
            }
          };
      DistributedPassesTest.assertSameBits(Solves.solve(spark, SOURCE, listener), expected);
      assertThat(early.values()).containsExactly(TENSOR_BYTES);
      // What moved still lies where it was, as long as there is room.
      assertThat(late.values()).containsExactlyInAnyOrder(TENSOR_BYTES, TENSOR_BYTES / 2);
    }
  }

  @Test
  void dynamicAllocationAddsExecutorsAndKeepsThoseWithBlocks() {
    Map<String, String> settings =
        Map.of(
            "spark.dynamicAllocation.enabled", "true",
            "spark.dynamicAllocation.shuffleTracking.enabled", "true",
            "spark.dynamicAllocation.minExecutors", "1",
            "spark.dynamicAllocation.maxExecutors", "2",
            "spark.dynamicAllocation.executorIdleTimeout", "10s");
    try (JavaSparkContext spark = LocalCluster.start("dynamic", 2, settings)) {
      await(() -> executorIds(spark).size() == 1);
      Set<String> ids = new TreeSet<>();
      Map<Long, Long> grown = new HashMap<>();
      Map<Long, Long> idle = new HashMap<>();
      CpAls.Listener listener =
          (iteration, members, fit) -> {
            if (iteration == 1) {
              // However slow the machine is: tasks go on waiting for the other executor.
              await(() -> LocalCluster.executors(spark).size() == 2);
            } else if (iteration == 2) {
              ids.addAll(executorIds(spark));
              grown.putAll(Solves.residentBytes(spark));
              sleep(20_000);
              idle.putAll(Solves.residentBytes(spark));
              kill(idle.keySet().iterator().next());
            }
          };
      DistributedPassesTest.assertSameBits(
          Solves.solve(spark, new SlowSource(SOURCE), listener), expected);
      assertThat(ids).as("executors that tasks waited for").hasSize(2);
      assertThat(grown.values()).as("bytes of each").allMatch(bytes -> bytes >= TENSOR_BYTES / 4);
      assertThat(idle).as("executors with blocks, unused for a while").isEqualTo(grown);
    }
  }

  private static Set<String> executorIds(JavaSparkContext spark) {
    CoarseGrainedSchedulerBackend backend =
        (CoarseGrainedSchedulerBackend) spark.sc().schedulerBackend();
    return new TreeSet<>(CollectionConverters.asJava(backend.getExecutorIds()));
  }

  private static void kill(long process) {
    ProcessHandle.of(process).orElseThrow().destroyForcibly();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      sleep(100);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
