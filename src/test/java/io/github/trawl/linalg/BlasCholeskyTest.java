package io.github.trawl.linalg;

import static io.github.trawl.linalg.ReferenceProducts.SIZES;
import static io.github.trawl.linalg.ReferenceProducts.positiveDefinite;
import static io.github.trawl.linalg.ReferenceProducts.product;
import static io.github.trawl.linalg.ReferenceProducts.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Native and Java Cholesky factors multiply back. */
class BlasCholeskyTest extends BlasFixture {
  @ParameterizedTest
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
  @DisplayName("Cholesky factors multiply back, solve and invert")
  void cholesky(Blas blas) {
    for (int n : SIZES) {
      for (int margin : new int[] {0, 2}) {
        try (FramedMatrix any = framed(n, n, margin);
            FramedMatrix factor = framed(n, n, margin);
            FramedMatrix right = framed(5, n, margin)) {
          double[][] matrix = positiveDefinite(any);
          set(factor.view, matrix);
          // The upper triangle is not looked at.
          for (int row = 0; row < n; row++) {
            for (int column = row + 1; column < n; column++) {
              factor.view.set(row, column, Double.NaN);
            }
          }
          assertThat(blas.cholesky(factor.view)).isTrue();
          double[][] lower = factor.values();
          for (int row = 0; row < n; row++) {
            for (int column = row + 1; column < n; column++) {
              lower[row][column] = 0;
            }
          }
          double[][] zero = new double[n][n];
          double[][] back = product(1, lower, false, lower, true, 0, zero, n);
          double[][] solved = right.values();
          blas.solveCholesky(factor.view, right.view);
          double[][] rightBack =
              product(1, right.values(), false, matrix, false, 0, new double[5][n], n);
          for (int row = 0; row < n; row++) {
            assertThat(back[row]).containsExactly(matrix[row], within(1e-12));
          }
          for (int row = 0; row < 5; row++) {
            assertThat(rightBack[row]).containsExactly(solved[row], within(1e-11));
          }
          try (FramedMatrix left = framed(n, 3, margin)) {
            double[][] before = left.values();
            blas.solveTransposed(factor.view, left.view);
            double[][] leftBack =
                product(1, lower, true, left.values(), false, 0, new double[n][3], n);
            for (int row = 0; row < n; row++) {
              assertThat(leftBack[row]).containsExactly(before[row], within(1e-11));
            }
            left.assertFrameUntouched();
          }
          blas.invertCholesky(factor.view);
          double[][] unit = product(1, factor.values(), false, matrix, false, 0, zero, n);
          for (int row = 0; row < n; row++) {
            for (int column = 0; column < n; column++) {
              assertThat(unit[row][column]).isCloseTo(row == column ? 1 : 0, within(1e-11));
            }
          }
          factor.assertFrameUntouched();
          right.assertFrameUntouched();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
  @DisplayName("what is not positive definite has no Cholesky factor")
  void choleskyOfIndefinite(Blas blas) {
    for (double[][] bad :
        new double[][][] {
          {{0}}, {{-1}}, {{Double.NaN}}, {{1, 2}, {2, 1}}, {{1, 1}, {1, 1}}, {{0, 0}, {0, 0}}
        }) {
      try (DoubleMatrix matrix = memory.doubles(bad.length, bad.length)) {
        set(matrix, bad);
        assertThat(blas.cholesky(matrix)).isFalse();
      }
    }
  }
}
