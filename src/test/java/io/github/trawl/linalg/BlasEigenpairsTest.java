package io.github.trawl.linalg;

import static io.github.trawl.linalg.ReferenceProducts.SIZES;
import static io.github.trawl.linalg.ReferenceProducts.positiveDefinite;
import static io.github.trawl.linalg.ReferenceProducts.product;
import static io.github.trawl.linalg.ReferenceProducts.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Native and Java eigenpairs satisfy their equation. */
class BlasEigenpairsTest extends BlasFixture {
  @ParameterizedTest
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
  @DisplayName("eigenpairs satisfy their equation, in descending order")
  void eigenpairs(Blas blas) {
    for (int n : SIZES) {
      for (int count : new int[] {0, 1, n / 2, n}) {
        if (count > n) {
          continue;
        }
        for (int margin : new int[] {0, 2}) {
          try (FramedMatrix any = framed(n, n, margin);
              FramedMatrix symmetric = framed(n, n, margin);
              FramedMatrix vectors = framed(count, n, margin)) {
            double[][] matrix = positiveDefinite(any);
            set(symmetric.view, matrix);
            double[] values = new double[count];
            blas.largestEigenpairs(symmetric.view, values, vectors.view);
            double[][] v = vectors.values();
            double[][] image = product(1, v, false, matrix, false, 0, new double[count][n], n);
            double[][] unit = product(1, v, false, v, true, 0, new double[count][count], n);
            for (int i = 0; i < count; i++) {
              assertThat(i == 0 || values[i] <= values[i - 1]).isTrue();
              for (int j = 0; j < n; j++) {
                assertThat(image[i][j]).isCloseTo(values[i] * v[i][j], within(1e-11));
              }
              for (int j = 0; j < count; j++) {
                assertThat(unit[i][j]).isCloseTo(i == j ? 1 : 0, within(1e-12));
              }
            }
            if (count == n) {
              double trace = 0;
              for (int i = 0; i < n; i++) {
                trace += matrix[i][i] - values[i];
              }
              assertThat(trace).isCloseTo(0, within(1e-10));
            }
            vectors.assertFrameUntouched();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
  @DisplayName("the largest eigenvalues are taken, and repeated ones have orthonormal vectors")
  void knownEigenvalues(Blas blas) {
    double[] diagonal = {3, -8, 5, 5, 0, 1};
    try (DoubleMatrix matrix = memory.doubles(6, 6);
        DoubleMatrix vectors = memory.doubles(4, 6)) {
      for (int i = 0; i < 6; i++) {
        matrix.set(i, i, diagonal[i]);
      }
      double[] values = new double[4];
      blas.largestEigenpairs(matrix, values, vectors);
      assertThat(values).containsExactly(new double[] {5, 5, 3, 1}, within(1e-14));
      assertThat(Math.abs(vectors.get(2, 0))).isCloseTo(1, within(1e-14));
      assertThat(Math.abs(vectors.get(3, 5))).isCloseTo(1, within(1e-14));
    }
  }

  @ParameterizedTest
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
  @DisplayName("eigenpairs of what is not finite are refused")
  void eigenpairsOfNaN(Blas blas) {
    try (DoubleMatrix matrix = memory.doubles(3, 3);
        DoubleMatrix vectors = memory.doubles(1, 3)) {
      matrix.set(2, 1, Double.POSITIVE_INFINITY);
      assertThatThrownBy(() -> blas.largestEigenpairs(matrix, new double[1], vectors))
          .isInstanceOf(NotFiniteException.class);
    }
  }
}
