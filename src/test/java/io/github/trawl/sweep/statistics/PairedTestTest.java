package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.trawl.sweep.statistics.PairedTest.Method;
import org.junit.jupiter.api.Test;

class PairedTestTest {
  @Test
  void takesMcnemarWhereAllValuesAreZeroOrOne() {
    double[] reference = {0, 0, 0, 1, 1};
    PairedTest test = PairedTest.of(new double[] {1, 1, 1, 1, 0}, reference);
    assertThat(test).isEqualTo(PairedTest.mcnemar(3, 1));
    assertThat(test.method()).isEqualTo(Method.MCNEMAR);
    // 5 of the 16 ways in which 4 coins fall show at least 3 heads, 15 at most 3.
    assertThat(test.betterP()).isEqualTo(5 / 16.0);
    assertThat(test.worseP()).isEqualTo(15 / 16.0);
    assertThat(test.twoSidedP()).isEqualTo(10 / 16.0);
  }

  @Test
  void takesWilcoxonElse() {
    PairedTest test = PairedTest.of(new double[] {1, 1, 0.5}, new double[] {0, 0.5, 0.25});
    assertThat(test.method()).isEqualTo(Method.WILCOXON);
    assertThat(test.better()).isEqualTo(3);
    assertThat(test.worse()).isZero();
    // All three ranks positive: one of 8 ways.
    assertThat(test.betterP()).isEqualTo(1 / 8.0);
    assertThat(test.worseP()).isEqualTo(1);
  }

  @Test
  void sameValuesDifferInNothing() {
    for (double[] values : new double[][] {{0, 1, 1}, {0.25, -7, 3}}) {
      PairedTest test = PairedTest.of(values, values.clone());
      assertThat(test.twoSidedP()).isEqualTo(1);
      assertThat(test.betterP()).isEqualTo(1);
      assertThat(test.worseP()).isEqualTo(1);
    }
  }

  /** Of zeros that are dropped before ranking this does not hold. */
  @Test
  void aPointDoesNotGetLessSignificantlyBetterByGettingBetter() {
    double[] values = {-6, -5, -2, -1, 0, 0, 1, 2, 3, 4, 5, 7, 9};
    double last = 1;
    for (double shift = -2; shift <= 2; shift += 0.5) {
      double raise = shift;
      double[] raised = Formula.fill(values.length, i -> values[i] + raise);
      double p = PairedTest.wilcoxon(raised, new double[values.length]).betterP();
      assertThat(p).as("%s", shift).isLessThanOrEqualTo(last);
      last = p;
    }
  }

  @Test
  void racingTakesTheSameP() {
    for (String kind : new String[] {"binary", "real", "rounded"}) {
      double[] point = Formula.values(kind, 1, 60);
      double[] reference = Formula.values(kind, 2, 60);
      assertThat(PairedTest.worseP(point, reference))
          .isEqualTo(PairedTest.of(point, reference).worseP());
    }
  }

  @Test
  void refusesWhatCannotBePaired() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedTest.of(new double[2], new double[3]))
        .withMessageContaining("2 and 3 examples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedTest.of(new double[0], new double[0]))
        .withMessageContaining("at least 1 examples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedTest.wilcoxon(new double[] {1, Double.NaN}, new double[2]))
        .withMessageContaining("example 1 has the value NaN");
    assertThatIllegalArgumentException().isThrownBy(() -> PairedTest.mcnemar(-1, 2));
  }
}
