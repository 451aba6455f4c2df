package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Least squares x ≈ Z·f through V = ZᵀZ in float64 and Zᵀx as float32 rounds it. */
class NormalEquationsTest {
  private static final int LENGTH = 300;

  private final OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
  private final Random random = new Random(7);

  @AfterEach
  void nothingLeaks() {
    assertThat(memory.allocatedBytes()).isZero();
    memory.close();
  }

  /**
   * Two columns at an angle θ of which x has equal parts, and nothing across: a solution is at most
   * a few units long. What float32's rounding of Zᵀx pretends across them would be 6e-8/θ² long.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1e-2, 1e-4, 1e-5, 1e-6, 1e-8, 0})
  @DisplayName("rounding of the right-hand side is not blown up by columns that nearly coincide")
  void nearlyCollinearColumns(double angle) {
    double[] first = unit();
    double[] across = unit();
    double[][] z = {first, sum(1, first, angle, across), unit()};
    double[] x = sum(2, first, 1, z[2]);

    double[] solution = solve(z, x);

    for (double value : solution) {
      assertThat(Math.abs(value)).isLessThan(3);
    }
    assertThat(distance(z, solution, x)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-3, 1e-5, 1e-9})
  @DisplayName("a component counts whatever its scale")
  void smallColumns(double scale) {
    double[][] z = {unit(), scaled(scale, unit()), scaled(1 / scale, unit())};
    double[] x = sum(1, z[0], 1, sum(1 / scale, z[1], scale, z[2]));

    double[] solution = solve(z, x);

    assertThat(solution[0]).isCloseTo(1, within(1e-5));
    assertThat(solution[1] * scale).isCloseTo(1, within(1e-5));
    assertThat(solution[2] / scale).isCloseTo(1, within(1e-5));
  }

  @Test
  @DisplayName("a component that is zero stays zero and leaves the others alone")
  void zeroColumn() {
    double[][] z = {unit(), new double[LENGTH], unit()};
    double[] solution = solve(z, sum(3, z[0], -2, z[2]));
    assertThat(solution[0]).isCloseTo(3, within(1e-5));
    assertThat(solution[1]).isZero();
    assertThat(solution[2]).isCloseTo(-2, within(1e-5));
  }

  private double[] solve(double[][] z, double[] x) {
    int rank = z.length;
    double[] gram = new double[rank * rank];
    double[] ones = new double[rank * rank];
    double[] right = new double[rank];
    for (int r = 0; r < rank; r++) {
      for (int s = 0; s < rank; s++) {
        gram[r * rank + s] = product(z[r], z[s]);
        ones[r * rank + s] = 1;
      }
      right[r] = (float) product(z[r], x);
    }
    NormalEquations system =
        NormalEquations.of(
            BlasProvider.blas(), memory, new double[][] {gram}, new double[][] {ones});
    try (DoubleMatrix m = memory.doubles(1, rank);
        DoubleMatrix solution = memory.doubles(1, rank)) {
      m.copyFrom(right);
      system.solve(BlasProvider.blas(), memory, 0, m, solution);
      return solution.toArray();
    }
  }

  private double[] unit() {
    double[] vector = new double[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      vector[i] = random.nextGaussian();
    }
    return scaled(1 / Math.sqrt(product(vector, vector)), vector);
  }

  private static double distance(double[][] z, double[] solution, double[] x) {
    double[] rest = x.clone();
    for (int r = 0; r < z.length; r++) {
      rest = sum(1, rest, -solution[r], z[r]);
    }
    return Math.sqrt(product(rest, rest));
  }

  private static double[] scaled(double factor, double[] vector) {
    return sum(factor, vector, 0, vector);
  }

  private static double[] sum(double left, double[] a, double right, double[] b) {
    double[] result = new double[a.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = left * a[i] + right * b[i];
    }
    return result;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
