package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class OneStandardErrorRuleTest {
  private static final int EXAMPLES = 100;

  @Test
  void takesTheMildestWithinOneStandardErrorOfTheBest() {
    // Of the best's 50 right answers point 1 lacks one, 0 lacks four and has two of its own, 2
    // lacks ten.
    DifferenceMatrix differences = points(right(4, 52), right(0, 49), right(0, 40), right(0, 50));
    // 1 is within: one example is one standard error. 0: 2 below, √6 ≈ 2.45 is the standard error.
    assertThat(OneStandardErrorRule.mildest(differences, 2, 1, 0, 3)).isEqualTo(1);
    assertThat(OneStandardErrorRule.mildest(differences, 2, 0, 1, 3)).isZero();
    assertThat(OneStandardErrorRule.mildest(differences, 3, 2, 1, 0)).isEqualTo(3);
  }

  @Test
  void ofEquallyGoodPointsTheMildestIsTheBest() {
    DifferenceMatrix differences = points(right(0, 50), right(0, 50));
    assertThat(OneStandardErrorRule.mildest(differences, 1, 0)).isEqualTo(1);
  }

  @Test
  void aPointWithNanIsNeverChosen() {
    double[] broken = right(0, 100);
    broken[99] = Double.NaN;
    assertThat(OneStandardErrorRule.mildest(points(broken, right(0, 50)), 0, 1)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneStandardErrorRule.mildest(points(broken), 0))
        .withMessageContaining("not finite");
  }

  @Test
  void refusesAnOrderThatLeavesPointsOut() {
    DifferenceMatrix differences = points(right(0, 50), right(0, 50));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneStandardErrorRule.mildest(differences, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneStandardErrorRule.mildest(differences, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneStandardErrorRule.mildest(differences, 1, 2));
  }

  /** 1 for the examples {@code from} to before {@code to}. */
  private static double[] right(int from, int to) {
    return Formula.fill(EXAMPLES, i -> i >= from && i < to ? 1 : 0);
  }

  private static DifferenceMatrix points(double[]... values) {
    return DifferenceMatrix.of(
        Formula.values("binary", 0, EXAMPLES), values.length, point -> values[point]);
  }
}
