package io.github.trawl.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.denoise.DenoiseRuns;
import io.github.trawl.denoise.TinyModel;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.plan.PlannedSolve;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests of a small model: two layers, FC stacks of two matrices of 12 x 48. */
@Timeout(120)
class StackSolverTest {
  private static final long OFF_HEAP = 1L << 26;
  private static JavaSparkContext spark;

  @TempDir private Path directory;
  private Path model;
  private Staging staging;

  /** What arrives, by file. */
  private static final class Arrived implements StackSink {
    private final Map<String, StackResult> results = new TreeMap<>();
    private final Map<String, TrawlException> failures = new TreeMap<>();
    private final List<String> order = new ArrayList<>();

    /** What the first iteration is answered with; null for nothing. */
    private final TrawlException answer;

    Arrived() {
      this(null);
    }

    Arrived(TrawlException answer) {
      this.answer = answer;
    }

    @Override
    public void solved(StackRequest request, StackResult result) {
      results.put(request.file(), result);
      order.add(request.file());
    }

    @Override
    public void failed(StackRequest request, TrawlException failure) {
      failures.put(request.file(), failure);
    }

    @Override
    public void iterated(StackRequest request, int iteration, double bestFit) {
      if (answer != null) {
        throw answer;
      }
    }
  }

  @BeforeAll
  static void startSpark() {
    spark = DenoiseRuns.spark();
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @BeforeEach
  void writeModel() throws IOException {
    model = directory.resolve("model");
    TinyModel.write(model, DType.F32);
    Files.createDirectories(directory.resolve("attempts"));
    staging =
        new Staging(
            directory.resolve("attempts").toUri().toString(),
            directory.resolve("output").toUri().toString());
  }

  /** Several methods, ranks and places in one call: each as in a call of its own. */
  @Test
  void requestsWithOptionsOfTheirOwnAreThoseOfSingleCalls() {
    DecompositionOptions cp = DecompositionOptions.of(DecompositionMethods.CP, 3, 5, 10, 0);
    DecompositionOptions svd = DecompositionOptions.of(DecompositionMethods.SVD, 4, 0, 1, 0);
    List<StackRequest> requests = new ArrayList<>();
    requests.add(new StackRequest(solves(cp, OFF_HEAP).get(0), cp, "factors/cp.arrow"));
    requests.add(new StackRequest(solves(svd, OFF_HEAP).get(0), svd, "factors/svd.arrow"));
    requests.add(new StackRequest(solves(cp, 1).get(1), cp, "factors/spread.arrow"));
    assertThat(requests.get(2).solve().spread()).isTrue();
    Arrived together = run(requests, true);
    assertThat(together.failures).isEmpty();
    // What is spread comes first, and the stack of two matrices before the single matrix.
    assertThat(together.order)
        .containsExactlyInAnyOrder("factors/spread.arrow", "factors/cp.arrow", "factors/svd.arrow")
        .startsWith("factors/spread.arrow");
    for (StackRequest request : requests) {
      StackResult alone = run(List.of(request), false).results.get(request.file());
      StackResult beside = together.results.get(request.file());
      assertThat(beside.members()).isEqualTo(alone.members());
      assertThat(beside.factors().checksum()).isEqualTo(alone.factors().checksum());
      FactorMember written =
          FactorFile.header(beside.factors().path(), new Configuration()).members().get(0);
      assertThat(written.fit()).isEqualTo(beside.bestFit());
    }
  }

  /** NaN, products beyond float32, a rank that is too large, too little memory. */
  @Test
  void aStackThatFailsIsReportedAndTheOthersGoOn() throws IOException {
    put("transformer.h.0.mlp.fc_out.weight", Float.NaN);
    put("transformer.h.1.attn.q_proj.weight", 3e38f);
    DecompositionOptions cp = DecompositionOptions.of(DecompositionMethods.CP, 3, 5, 10, 0);
    DecompositionOptions large = DecompositionOptions.of(DecompositionMethods.SVD, 13, 0, 1, 0);
    for (long threshold : new long[] {OFF_HEAP, 1}) {
      List<PlannedSolve> fc = solves(cp, threshold);
      List<StackRequest> requests = new ArrayList<>();
      requests.add(new StackRequest(fc.get(0), cp, "nan"));
      requests.add(new StackRequest(fc.get(1), cp, "good"));
      requests.add(new StackRequest(solves(cp, threshold, "qkvo").get(1), cp, "overflow"));
      requests.add(new StackRequest(matrix(), large, "rank"));
      Arrived arrived = run(requests, true);
      assertThat(arrived.results.keySet()).containsExactly("good");
      assertThat(arrived.failures.keySet()).containsExactly("nan", "overflow", "rank");
      assertThat(arrived.failures.get("nan"))
          .hasMessageContaining("transformer.h.0.mlp.fc_out.weight")
          .hasMessageContaining("NaN");
      assertThat(arrived.failures.get("overflow"))
          .hasMessageContaining("layer-1-qkvo")
          .hasMessageContaining("finite");
      assertThat(arrived.failures.get("overflow").category()).isEqualTo(ErrorCategory.BAD_INPUT);
      assertThat(arrived.failures.get("rank")).hasMessageContaining("rank 13");
      assertThat(arrived.failures.values())
          .allSatisfy(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
      assertThatThrownBy(() -> run(requests, false)).isInstanceOf(TrawlException.class);
    }
    assertThat(directory.resolve("output")).doesNotExist();
  }

  @Test
  void aStackWithTooLittleMemoryIsReported() {
    DecompositionOptions cp = DecompositionOptions.of(DecompositionMethods.CP, 3, 5, 10, 0);
    PlannedSolve solve = solves(cp, OFF_HEAP).get(0);
    Arrived arrived = new Arrived();
    new StackSolver(spark, checkpoint(), settings(solve.leastBytes().orElseThrow() - 1, true))
        .run("solve", List.of(new StackRequest(solve, cp, "small")), arrived);
    assertThat(arrived.failures.get("small")).hasMessageContaining("memory.off-heap");
  }

  /** A model that changes, and a staging directory that is gone, are no fault of a stack. */
  @Test
  void whatIsNoFaultOfAStackEndsTheRun() throws IOException {
    DecompositionOptions cp = DecompositionOptions.of(DecompositionMethods.CP, 3, 5, 10, 0);
    List<StackRequest> requests =
        List.of(new StackRequest(solves(cp, OFF_HEAP).get(0), cp, "factors/one.arrow"));
    Checkpoint before = checkpoint();
    Files.setLastModifiedTime(
        model.resolve("model.safetensors"), java.nio.file.attribute.FileTime.fromMillis(1000));
    Arrived arrived = new Arrived();
    StackSolver changed = new StackSolver(spark, before, settings(OFF_HEAP, true));
    assertThatThrownBy(() -> changed.run("solve", requests, arrived))
        .hasMessageContaining("model.safetensors");
    Files.delete(directory.resolve("attempts"));
    StackSolver homeless = new StackSolver(spark, checkpoint(), settings(OFF_HEAP, true));
    assertThatThrownBy(() -> homeless.run("solve", requests, arrived))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM));
    assertThat(arrived.failures).isEmpty();
  }

  /** Where the caller is who gives up, no stack has failed. */
  @Test
  void whatTheSinkThrowsEndsTheRun() {
    DecompositionOptions cp = DecompositionOptions.of(DecompositionMethods.CP, 3, 5, 10, 0);
    List<StackRequest> requests = List.of(new StackRequest(solves(cp, 1).get(0), cp, "spread"));
    TrawlException givenUp = new TrawlException(ErrorCategory.USAGE, "given up");
    Arrived arrived = new Arrived(givenUp);
    StackSolver solver = new StackSolver(spark, checkpoint(), settings(OFF_HEAP, true));
    assertThatThrownBy(() -> solver.run("solve", requests, arrived)).isSameAs(givenUp);
    assertThat(arrived.failures).isEmpty();
  }

  @Test
  void refusesTwoStacksForOneFile() {
    DecompositionOptions cp = DecompositionOptions.of(DecompositionMethods.CP, 3, 5, 10, 0);
    StackRequest request = new StackRequest(solves(cp, OFF_HEAP).get(0), cp, "twice");
    assertThatThrownBy(() -> run(List.of(request, request), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  private Arrived run(List<StackRequest> requests, boolean goesOn) {
    Arrived arrived = new Arrived();
    new StackSolver(spark, checkpoint(), settings(OFF_HEAP, goesOn))
        .run("solve", requests, arrived);
    return arrived;
  }

  private SolveSettings settings(long offHeapBytes, boolean goesOn) {
    return new SolveSettings(
        new SolveLimits(offHeapBytes, OFF_HEAP, 4096), OptionalInt.of(1), staging, goesOn);
  }

  private List<PlannedSolve> solves(DecompositionOptions options, long threshold) {
    return solves(options, threshold, "fc");
  }

  private List<PlannedSolve> solves(DecompositionOptions options, long threshold, String matrices) {
    Checkpoint checkpoint = checkpoint();
    StackPlan plan =
        StackPlan.create(
            Architecture.forModel(checkpoint),
            checkpoint,
            new StackSelection(Strategy.LAYER, matrices, "all"));
    return SolvePlan.of(plan, options, new SolveLimits(OFF_HEAP, threshold, 4096)).solves();
  }

  /** Placed for a rank that it has. */
  private PlannedSolve matrix() {
    return solves(DecompositionOptions.of(DecompositionMethods.SVD, 1, 0, 1, 0), OFF_HEAP).get(0);
  }

  private Checkpoint checkpoint() {
    return Checkpoint.open(new org.apache.hadoop.fs.Path(model.toUri()), new Configuration());
  }

  /** Makes a value of a tensor another one. */
  private void put(String name, float value) throws IOException {
    TensorInfo tensor = checkpoint().tensor(name);
    byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
    ByteBuffer values = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    values.putFloat((int) tensor.offset() + 40, value);
    values.putFloat((int) tensor.offset() + 80, value);
    Files.write(model.resolve("model.safetensors"), file);
  }
}
