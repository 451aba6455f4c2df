package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class RomanoWolfTest {
  @Test
  void findsThePlantedPointsAndNoOthers() {
    SimulatedSweep sweep = new SimulatedSweep(new Random(1), 800, 100);
    sweep.shift(70, 0.1);
    sweep.shift(3, -0.1);
    double[] p = RomanoWolf.adjustedP(sweep.differences(), 1000, 1);
    assertThat(p[70]).isEqualTo(1 / 1001.0);
    assertThat(p[3]).isEqualTo(1, within(1e-3));
    p[70] = 1;
    assertThat(Arrays.stream(p)).allMatch(other -> other > 0.05);
  }

  @Test
  void callsNoPointBetterMoreOftenThanAlphaWhereNoneIs() {
    int wrong = 0;
    int repetitions = 400;
    for (int r = 0; r < repetitions; r++) {
      SimulatedSweep sweep = new SimulatedSweep(new Random(r), 200, 20);
      double[] p = RomanoWolf.adjustedP(sweep.differences(), 200, r);
      wrong += Arrays.stream(p).min().orElseThrow() <= 0.1 ? 1 : 0;
    }
    // 0.1 and three standard errors of 0.015; far less would be a test of no use.
    assertThat(wrong / (double) repetitions).isBetween(0.03, 0.145);
  }

  @Test
  void pointsWithTheSameValuesCostNothingAndHaveTheSameP() {
    double[] reference = Formula.values("binary", 0, 500);
    double[] better = Formula.values("binary", 3, 500);
    double one = RomanoWolf.adjustedP(DifferenceMatrix.of(reference, 1, p -> better), 999, 5)[0];
    double[] many = RomanoWolf.adjustedP(DifferenceMatrix.of(reference, 150, p -> better), 999, 5);
    assertThat(one).isLessThan(0.05);
    assertThat(many).hasSize(150).containsOnly(one);
  }

  @Test
  void doesNotDependOnTheNumberOfThreads() throws Exception {
    double[] reference = Formula.values("real", 0, 1500);
    DifferenceMatrix differences =
        DifferenceMatrix.of(reference, 150, p -> Formula.values("real", p % 9, 1500));
    double[] alone = inPool(1, differences);
    assertThat(inPool(5, differences)).containsExactly(alone);
    assertThat(RomanoWolf.adjustedP(differences, 150, 4)).containsExactly(alone);
  }

  private static double[] inPool(int threads, DifferenceMatrix differences) throws Exception {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return pool.submit(() -> RomanoWolf.adjustedP(differences, 150, 4)).get();
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void sumsAreThoseOfTheDrawnExamples() {
    int examples = 2100;
    double[] reference = Formula.values("rounded", 0, examples);
    DifferenceMatrix differences =
        DifferenceMatrix.of(reference, 70, p -> Formula.values("rounded", p, examples));
    Resampling resampling = Resampling.bootstrap(100, 3);
    double[][] found = new double[100][];
    ResampledSums.forEach(
        differences, resampling, (resample, sums) -> found[resample] = sums.clone());
    float[] weights = new float[examples];
    for (int resample : new int[] {0, 63, 64, 99}) {
      resampling.fill(resample, weights);
      for (int point : new int[] {0, 5, 64, 69}) {
        double[] values = Formula.values("rounded", point, examples);
        double expected = 0;
        for (int i = 0; i < examples; i++) {
          expected += weights[i] * (values[i] - reference[i]);
        }
        assertThat(found[resample][point]).isEqualTo(expected);
      }
    }
  }

  @Test
  void pointsWithoutSpreadAreDefined() {
    double[] reference = new double[40];
    double[][] values = {
      new double[40], // as the reference
      Formula.fill(40, i -> 0.1), // better by the same everywhere
      Formula.fill(40, i -> -0.1), // worse by the same everywhere
      Formula.fill(40, i -> i == 7 ? Double.NaN : 1),
      Formula.fill(40, i -> i == 7 ? Double.NEGATIVE_INFINITY : 1),
      Formula.fill(40, i -> i % 2)
    };
    double[] p = RomanoWolf.adjustedP(DifferenceMatrix.of(reference, 6, i -> values[i]), 500, 0);
    assertThat(p).containsExactly(new double[] {1, 1 / 501.0, 1, 1, 1, 1 / 501.0}, within(1e-3));
  }

  @Test
  void aHandfulOfChangedExamplesIsNeverSignificantBeyondTheirSigns() {
    double[] values = Formula.fill(1000, i -> i < 5 ? 1 : 0);
    double[] p =
        RomanoWolf.adjustedP(DifferenceMatrix.of(new double[1000], 1, i -> values), 500, 0);
    assertThat(p[0]).isBetween(1 / 32.0, 0.1);
    double[] four = {1, 1, 1, 1};
    p = RomanoWolf.adjustedP(DifferenceMatrix.of(new double[4], 3, i -> four), 500, 0);
    assertThat(p).containsOnly(3 / 16.0);
  }

  @Test
  void refusesWhatCannotBeCompared() {
    double[] two = {0, 1};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DifferenceMatrix.of(two, 0, p -> two))
        .withMessageContaining("0 points");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DifferenceMatrix.of(two, 1, p -> new double[3]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DifferenceMatrix.of(new double[] {0, Double.NaN}, 1, p -> two));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DifferenceMatrix.of(new double[1], 1, p -> new double[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RomanoWolf.adjustedP(DifferenceMatrix.of(two, 1, p -> two), 10, 0))
        .withMessageContaining("100 resamples");
  }
}
