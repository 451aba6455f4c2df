package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.plan.Hardware;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.plan.WeightStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepEstimateTest {
  /** So slow that nothing but operations counts. */
  private static final Hardware SLOW = Hardware.of(1, 1, 1e-6);

  @TempDir private Path folder;

  @Test
  void anSvdIsNotTimedByIterations() throws IOException {
    SolveBatch batch = batch(DecompositionMethods.SVD, 100);
    double seconds = SweepEstimate.solveSeconds(batch, SLOW);
    assertThat(SweepEstimate.solveSeconds(batch(DecompositionMethods.SVD, 1000), SLOW))
        .isEqualTo(seconds);
    WeightStack matrix = batch.solve().stack();
    double shorter = Math.min(matrix.rows(), matrix.columns());
    double gram = shorter * shorter * Math.max(matrix.rows(), matrix.columns());
    // At 1,000 operations a second.
    assertThat(seconds).isBetween(gram / 1e3, 30 * gram / 1e3);

    double hundred = SweepEstimate.solveSeconds(batch(DecompositionMethods.CP, 100), SLOW);
    assertThat(SweepEstimate.solveSeconds(batch(DecompositionMethods.CP, 1000), SLOW))
        .isCloseTo(10 * hundred, within(1e-6 * hundred));
  }

  private SolveBatch batch(DecompositionMethod method, int iterations) throws IOException {
    IterationSettings usual = IterationSettings.defaults(method);
    Point point =
        new Point(
            new StackSelection(Strategy.LAYER, "fc", "1"),
            method,
            new DecompositionSize.Rank(4),
            0,
            new IterationSettings(
                iterations, usual.tolerance(), usual.start(), usual.acceleration()));
    return new FakeSweep(folder, List.of(point), FakeSweep.RACE, 200)
        .definition()
        .grid()
        .batches()
        .get(0);
  }
}
