package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeedSpreadTest {
  private static final double[] REFERENCE = {0, 1, 0, 1};

  @Test
  void scoresSpreadOverSeedsAndTheIntervalIsOverExamples() {
    List<double[]> values =
        List.of(new double[] {1, 1, 1, 1}, new double[] {0, 1, 0, 1}, new double[] {1, 1, 0, 1});
    SeedSpread spread = SeedSpread.of(values, REFERENCE, 0.95, 1000, 9);
    assertThat(spread.seeds()).isEqualTo(3);
    assertThat(spread.mean()).isEqualTo(0.75, within(1e-15));
    assertThat(spread.standardDeviation()).isEqualTo(0.25, within(1e-15));
    assertThat(spread.minimum()).isEqualTo(0.5);
    assertThat(spread.maximum()).isEqualTo(1);
    // The seeds' mean values are 2/3, 1, 1/3, 1.
    assertThat(spread.difference().mean()).isEqualTo(0.25, within(1e-15));
    assertThat(spread.difference().interval().contains(0.25)).isTrue();
    assertThat(spread.difference().examples()).isEqualTo(4);
  }

  @Test
  void ofOneSeedTheSpreadIsUnknown() {
    SeedSpread spread = SeedSpread.of(List.of(REFERENCE), REFERENCE, 0.95, 100, 0);
    assertThat(spread.standardDeviation()).isNaN();
    assertThat(spread.minimum()).isEqualTo(0.5);
    assertThat(spread.maximum()).isEqualTo(0.5);
    assertThat(spread.difference().mean()).isZero();
  }

  @Test
  void refusesNoSeedsAndWhatHasNoMean() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SeedSpread.of(List.of(), REFERENCE, 0.95, 100, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SeedSpread.of(List.of(new double[3]), REFERENCE, 0.95, 100, 0));
    double[] broken = {0, Double.NaN, 0, 0};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SeedSpread.of(List.of(broken), REFERENCE, 0.95, 100, 0))
        .withMessageContaining("NaN");
  }
}
