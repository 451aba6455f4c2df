package io.github.trawl.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseThresholdTest {
  /** By the cubic that Gavish and Donoho give for ω(β), which they say is within 0.02. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.1, 0.25, 0.5, 0.75, 1})
  void theHardThresholdIsThatOfThePaper(double ratio) {
    int columns = 1000;
    int rows = (int) Math.round(ratio * columns);
    double expected = 0.56 * Math.pow(ratio, 3) - 0.95 * ratio * ratio + 1.82 * ratio + 1.43;
    assertThat(NoiseThreshold.ofMedian(rows, columns, 1).hardThreshold())
        .isCloseTo(expected, within(0.02));
    assertThat(NoiseThreshold.ofMedian(columns, rows, 1).hardThreshold())
        .isEqualTo(NoiseThreshold.ofMedian(rows, columns, 1).hardThreshold());
  }

  /** For known noise the threshold of a square matrix is 4/√3 times the square root of its side. */
  @Test
  void theTitleOfThePaperHolds() {
    double median = Math.sqrt(NoiseThreshold.marchenkoPasturMedian(1));
    assertThat(NoiseThreshold.ofMedian(7, 7, median).hardThreshold())
        .isCloseTo(4 / Math.sqrt(3), within(1e-12));
    assertThat(NoiseThreshold.ofMedian(7, 7, median).edge()).isCloseTo(2, within(1e-12));
  }

  /** Half of the distribution lies below its median: by 100,000 draws of another way to it. */
  @ParameterizedTest
  @CsvSource({"0.2", "1"})
  void theMedianHalvesTheDistribution(double ratio) {
    double median = NoiseThreshold.marchenkoPasturMedian(ratio);
    double low = Math.pow(1 - Math.sqrt(ratio), 2);
    double high = Math.pow(1 + Math.sqrt(ratio), 2);
    Random random = new Random(1);
    double below = 0;
    double all = 0;
    for (int i = 0; i < 2_000_000; i++) {
      double x = low + (high - low) * random.nextDouble();
      double density = Math.sqrt((high - x) * (x - low)) / x;
      all += density;
      below += x < median ? density : 0;
    }
    assertThat(below / all).isCloseTo(0.5, within(0.01));
  }

  @Test
  void theEdgeOfAResidualIsThatOfItsNoise() {
    // Noise of deviation 0.1.
    double residual = 0.1 * Math.sqrt(100 * 400);
    assertThat(NoiseThreshold.edgeOfResidual(1, 100, 400, residual))
        .isCloseTo(0.1 * 30, within(1e-9));
    assertThat(NoiseThreshold.edgeOfResidual(4, 100, 400, 2 * residual))
        .isCloseTo(0.1 * 32, within(1e-9));
  }
}
