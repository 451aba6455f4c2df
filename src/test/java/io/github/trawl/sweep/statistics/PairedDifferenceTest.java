package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
  @Test
  void meanAndStandardErrorAreThoseOfTheDifferences() {
    double[] values = {1, 4, 2, 5};
    double[] reference = {0, 1, 2, 1};
    PairedDifference found = PairedDifference.of(values, reference, 0.9, 1000, 7);
    // Differences 1, 3, 0, 4: mean 2, squares 1 + 1 + 4 + 4.
    assertThat(found.mean()).isEqualTo(2);
    assertThat(found.standardError()).isEqualTo(Math.sqrt(10 / 3.0 / 4), within(1e-15));
    assertThat(found.examples()).isEqualTo(4);
    assertThat(found.interval().confidence()).isEqualTo(0.9);
    assertThat(found.interval().contains(2)).isTrue();
  }

  @Test
  void aSeedGivesTheSameBitsAndAnotherNearlyTheSame() {
    double[] values = Formula.values("real", 4, 200);
    double[] reference = Formula.values("real", 0, 200);
    PairedDifference found = PairedDifference.of(values, reference, 0.95, 20_000, 1);
    assertThat(PairedDifference.of(values, reference, 0.95, 20_000, 1)).isEqualTo(found);
    PairedDifference other = PairedDifference.of(values, reference, 0.95, 20_000, 2);
    assertThat(other).isNotEqualTo(found);
    assertThat(other.interval().lower())
        .isEqualTo(found.interval().lower(), within(0.1 * found.standardError()));
  }

  @Test
  void theIntervalHoldsTheTruthAsOftenAsItSays() {
    Random random = new Random(5);
    int holds = 0;
    int repetitions = 1000;
    for (int r = 0; r < repetitions; r++) {
      // One answer in ten changes, three times as often for the better: 0.05 in truth.
      double[] values = Formula.fill(300, i -> change(random.nextDouble()));
      Interval interval = PairedDifference.of(values, new double[300], 0.9, 400, r).interval();
      holds += interval.contains(0.05) ? 1 : 0;
    }
    // 0.9 ± 3 standard errors of 0.0095.
    assertThat(holds / (double) repetitions).isBetween(0.87, 0.93);
  }

  private static double change(double draw) {
    if (draw < 0.075) {
      return 1;
    }
    return draw < 0.1 ? -1 : 0;
  }

  @Test
  void equalDifferencesLeaveNoInterval() {
    double[] values = {1.1, 2.1, 3.1};
    PairedDifference found = PairedDifference.of(values, values, 0.95, 100, 0);
    assertThat(found.standardError()).isZero();
    assertThat(found.interval()).isEqualTo(new Interval(0, 0, 0.95));
    double[] better = {0.1, 0.1, 0.1};
    found = PairedDifference.of(better, new double[3], 0.95, 100, 0);
    assertThat(found.standardError()).isZero();
    assertThat(found.interval()).isEqualTo(new Interval(0.1, 0.1, 0.95));
  }

  @Test
  void oneChangedExampleOfManyHasAFiniteInterval() {
    double[] values = new double[1000];
    values[17] = -1;
    Interval interval = PairedDifference.of(values, new double[1000], 0.95, 2000, 0).interval();
    assertThat(interval.lower()).isBetween(-0.01, -0.001);
    assertThat(interval.upper()).isBetween(-0.001, 0.0);
  }

  @Test
  void refusesWhatGivesNoInterval() {
    double[] two = {0, 1};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedDifference.of(two, new double[2], 1, 100, 0))
        .withMessageContaining("confidence");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedDifference.of(two, new double[2], 0.95, 99, 0))
        .withMessageContaining("100 resamples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedDifference.of(new double[1], new double[1], 0.95, 100, 0))
        .withMessageContaining("at least 2 examples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedDifference.of(two, new double[3], 0.95, 100, 0));
    double[] infinite = {0, Double.NEGATIVE_INFINITY};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedDifference.of(infinite, two, 0.95, 100, 0))
        .withMessageContaining("example 1 has the value -Infinity");
  }
}
