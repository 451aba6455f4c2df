package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BestPointsTest {
  @Test
  void aClearlyBestPointStandsAlone() {
    SimulatedSweep sweep = new SimulatedSweep(new Random(2), 800, 30);
    sweep.shift(11, 0.3);
    double[] p = BestPoints.pValues(sweep.differences(), 500, 1);
    assertThat(p[11]).isEqualTo(1);
    p[11] = 0;
    assertThat(Arrays.stream(p)).allMatch(other -> other < 0.05);
  }

  @Test
  void holdsAPointThatIsBestInTruthAsOftenAsItSays() {
    int lost = 0;
    int repetitions = 300;
    for (int r = 0; r < repetitions; r++) {
      SimulatedSweep sweep = new SimulatedSweep(new Random(r), 200, 12);
      sweep.shift(11, -0.5);
      double[] p = BestPoints.pValues(sweep.differences(), 200, r);
      lost += p[0] < 0.1 ? 1 : 0;
      assertThat(p[11]).isLessThan(0.1);
    }
    // 0.1 and three standard errors of 0.017.
    assertThat(lost / (double) repetitions).isBetween(0.02, 0.152);
  }

  @Test
  void pointsWithTheSameValuesHaveTheSameP() {
    double[] reference = Formula.values("real", 0, 80);
    DifferenceMatrix differences =
        DifferenceMatrix.of(reference, 6, point -> Formula.values("real", point / 2, 80));
    double[] p = BestPoints.pValues(differences, 300, 1);
    assertThat(p[0]).isEqualTo(p[1]);
    assertThat(p[2]).isEqualTo(p[3]);
    assertThat(p[4]).isEqualTo(p[5]).isEqualTo(1);
    assertThat(p[0]).isLessThan(1);
  }

  @Test
  void aPointThatIsWorseEverywhereByTheSameIsOut() {
    double[] values = Formula.values("real", 1, 80);
    double[] worse = Formula.fill(80, i -> values[i] - 0.5);
    DifferenceMatrix differences =
        DifferenceMatrix.of(Formula.values("real", 0, 80), 2, point -> point == 0 ? values : worse);
    double[] p = BestPoints.pValues(differences, 300, 1);
    assertThat(p).containsExactly(1, 1 / 301.0);
  }

  @Test
  void aHandfulOfChangedExamplesTellsNoPointsApart() {
    double[] better = Formula.fill(500, i -> i < 4 ? 1 : 0);
    DifferenceMatrix differences =
        DifferenceMatrix.of(new double[500], 2, point -> point == 0 ? better : new double[500]);
    double[] p = BestPoints.pValues(differences, 1000, 1);
    assertThat(p[1]).isBetween(1 / 16.0, 0.2);
  }

  @Test
  void anUnusablePointIsOutAndChangesNothing() {
    double[] reference = Formula.values("real", 0, 80);
    double[] broken = reference.clone();
    broken[3] = Double.NaN;
    double[] without =
        BestPoints.pValues(
            DifferenceMatrix.of(reference, 3, point -> Formula.values("real", point, 80)), 300, 1);
    double[] with =
        BestPoints.pValues(
            DifferenceMatrix.of(
                reference, 4, point -> point == 3 ? broken : Formula.values("real", point, 80)),
            300,
            1);
    assertThat(with).containsExactly(without[0], without[1], without[2], 0);
    assertThat(BestPoints.pValues(DifferenceMatrix.of(reference, 1, point -> broken), 300, 1))
        .containsExactly(0);
  }
}
