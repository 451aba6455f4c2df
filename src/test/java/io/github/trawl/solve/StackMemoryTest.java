package io.github.trawl.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.denoise.TinyModel;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.spark.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackMemoryTest {
  private static final int HIDDEN = 128;

  @TempDir private Path directory;

  /**
   * With one byte less than the estimate every solve fails; with four times as much all succeed.
   */
  @ParameterizedTest
  @CsvSource({
    "CP, F32, 8, 2",
    "CP, BF16, 100, 2",
    "CP, F32, 8, 6",
    "CP, BF16, 100, 6",
    "TUCKER, F32, 8, 2",
    "TUCKER, BF16, 100, 2",
    "SVD, F32, 8, 2",
    "SVD, F32, 100, 2"
  })
  void isWhatASolverNeeds(String key, DType dtype, int rank, int iterations) throws IOException {
    DecompositionMethod method = DecompositionMethods.find(key).orElseThrow();
    DecompositionOptions options = DecompositionOptions.of(method, rank, 0, iterations, 0);
    Checkpoint checkpoint = checkpoint(dtype);
    WeightStack stack = stack(checkpoint, Strategy.MODEL, options);
    CheckpointSource source =
        new CheckpointSource(checkpoint, stack, new SerializableConfiguration(new Configuration()));

    long least = leastBytes(stack, options);

    assertThatThrownBy(() -> new TensorSolver(options, least - 1).solveHere(source, 1))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("memory.off-heap");
    assertThat(new TensorSolver(options, 4 * least).solveHere(source, 1).get(0).iterations())
        .isBetween(0, iterations);
  }

  /** Sixteen solves at once in the memory of a few: they wait for each other instead of failing. */
  @Test
  @Timeout(120)
  void solvesBesideEachOtherShareTheMemory() throws Exception {
    DecompositionOptions options = cp(40, 6);
    Checkpoint checkpoint = checkpoint(DType.F32);
    WeightStack stack = stack(checkpoint, Strategy.LAYER, options);
    CheckpointSource source =
        new CheckpointSource(checkpoint, stack, new SerializableConfiguration(new Configuration()));
    long limit = 3 * leastBytes(stack, options);
    double alone = new TensorSolver(options, limit).solveHere(source, 1).get(0).relativeError();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<Double>> errors = new ArrayList<>();
      for (int solve = 0; solve < 16; solve++) {
        errors.add(
            threads.submit(
                () ->
                    new TensorSolver(options, limit).solveHere(source, 1).get(0).relativeError()));
      }
      for (Future<Double> error : errors) {
        assertThat(error.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(ExecutorMemory.gate(limit).admittedBytes()).isZero();
    assertThat(ExecutorMemory.limitedTo(limit).allocatedBytes()).isZero();
  }

  @Test
  void theBasisOfTheRowsCountsFromTheFifthIterationOn() throws IOException {
    DecompositionOptions options = cp(10, 100);
    WeightStack stack = stack(checkpoint(DType.F32), Strategy.LAYER, options);
    assertThat(List.of(stack.depth(), stack.rows(), stack.columns())).containsExactly(2, 128, 512);
    // Two matrices of 128 x 512 in float32 are 524,288 bytes, ten columns of factors 25,600.
    assertThat(leastBytes(stack, cp(10, 4))).isEqualTo(549_888);
    // The Gram matrix of 256 rows in float64 is 524,288 bytes, all of them in float64 1,048,576.
    assertThat(leastBytes(stack, cp(10, 5))).isEqualTo(2_122_752);
  }

  private Checkpoint checkpoint(DType dtype) throws IOException {
    TinyModel.write(directory, dtype, HIDDEN);
    return Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
  }

  private static WeightStack stack(
      Checkpoint checkpoint, Strategy strategy, DecompositionOptions options) {
    StackPlan plan =
        StackPlan.create(
            Architecture.forModel(checkpoint),
            checkpoint,
            new StackSelection(strategy, "fc", "all"));
    SolveLimits limits = new SolveLimits(Long.MAX_VALUE, Long.MAX_VALUE, 1 << 20);
    return SolvePlan.of(plan, options, limits).solves().get(0).stack();
  }

  private static long leastBytes(WeightStack stack, DecompositionOptions options) {
    return options.method().leastBytes(stack.shape(), stack.storedFormat(), options);
  }

  private static DecompositionOptions cp(int rank, int iterations) {
    return DecompositionOptions.of(DecompositionMethods.CP, rank, 0, iterations, 0);
  }
}
