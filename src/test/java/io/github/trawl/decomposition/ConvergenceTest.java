package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvergenceTest {
  @Test
  @DisplayName("two changes in a row below the tolerance end the iterations, one does not")
  void twoQuietIterations() {
    double[] errors = {0.9, 0.8, 0.7999, 0.7, 0.7002, 0.70015, 0.70015};
    assertThat(firstConverged(errors, 1e-3)).isEqualTo(6);
    assertThat(firstConverged(errors, 1e-4)).isEqualTo(7);
    assertThat(firstConverged(errors, 1e-5)).isZero();
    assertThat(firstConverged(errors, 0)).isZero();
    assertThat(firstConverged(new double[] {0.5, 0.5, 0.5}, 1e-9)).isEqualTo(3);
    assertThat(firstConverged(new double[] {0.5, 0.5, 0.5}, 0)).isZero();
    assertThat(firstConverged(new double[] {0.5, Double.NaN, Double.NaN}, 1)).isZero();
  }

  @Test
  @DisplayName("both iterative methods wait for the second")
  void bothMethods() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24);
        PanelPool pool = new PanelPool(1);
        TensorBlock block = RandomTensors.lowRank(memory, 3, 40, 30, 3, 0.3, 4);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      CpOptions options = new CpOptions(500, 1e-5);
      Decomposition cp =
          new CpAls(options, BlasProvider.blas(), memory, CpAls.Listener.NONE)
              .decompose(passes, List.of(new CpMember(5, 1)))
              .get(0);
      assertThat(cp.iterations()).isEqualTo(quietTwice(cp.errors(), 1e-5)).isGreaterThan(3);
      Decomposition tucker =
          new TuckerHooi(
                  new TuckerOptions(new TuckerRanks(2, 5, 5), 500, 1e-7),
                  BlasProvider.blas(),
                  memory,
                  pool)
              .decompose(TensorErrors.slices(block));
      assertThat(tucker.iterations()).isEqualTo(quietTwice(tucker.errors(), 1e-7));
      assertThat(tucker.reason()).isEqualTo(TerminationReason.TOLERANCE_REACHED);
    }
  }

  /**
   * The error as it is computed scatters around a smooth curve; fourth differences take the curve
   * away and leave √70 times the scatter.
   */
  @ParameterizedTest
  @CsvSource({"4, 200, 200, 16", "2, 300, 700, 64"})
  @DisplayName("the default tolerance is well above what rounding does to a change of the error")
  void defaultToleranceIsResolved(int depth, int rows, int columns, int rank) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 27);
        PanelPool pool = new PanelPool(1);
        TensorBlock block = RandomTensors.lowRank(memory, depth, rows, columns, 8, 10, 4);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      double[] errors =
          new CpAls(new CpOptions(150, 0), BlasProvider.blas(), memory, CpAls.Listener.NONE)
              .decompose(passes, List.of(new CpMember(rank, 0)))
              .get(0)
              .errors();
      double sum = 0;
      for (int i = 104; i < errors.length; i++) {
        double difference =
            errors[i] - 4 * errors[i - 1] + 6 * errors[i - 2] - 4 * errors[i - 3] + errors[i - 4];
        sum += difference * difference;
      }
      double scatterOfChange = Math.sqrt(2 * sum / (errors.length - 104) / 70);
      assertThat(DecompositionMethods.CP.defaultTolerance()).isGreaterThan(10 * scatterOfChange);
    }
  }

  /** How many iterations are done when the second quiet one in a row ends; 0 if none does. */
  private static int quietTwice(double[] errors, double tolerance) {
    int quiet = 0;
    for (int i = 1; i < errors.length; i++) {
      quiet = Math.abs(errors[i] - errors[i - 1]) < tolerance ? quiet + 1 : 0;
      if (quiet == 2) {
        return i + 1;
      }
    }
    return 0;
  }

  private static int firstConverged(double[] errors, double tolerance) {
    for (int done = 1; done <= errors.length; done++) {
      if (Convergence.reached(errors, done, tolerance)) {
        return done;
      }
    }
    return 0;
  }
}
