package io.github.trawl.linalg;

import java.util.stream.Stream;

/** What the tests of all BLAS and LAPACK routines share: sums written down term by term. */
final class ReferenceProducts {
  static final int[] SIZES = {0, 1, 2, 7, 33};

  /** For {@code MethodSource}. */
  static final String IMPLEMENTATIONS = "io.github.trawl.linalg.ReferenceProducts#implementations";

  private ReferenceProducts() {}

  static Stream<Blas> implementations() {
    return Stream.of(OpenBlas.load(), NetlibBlas.load(), new ReferenceBlas());
  }

  /** alpha · op(A) · op(B) + beta · C; C is not looked at if beta is 0. */
  static double[][] product(
      double alpha,
      double[][] a,
      boolean transposeA,
      double[][] b,
      boolean transposeB,
      double beta,
      double[][] c,
      int inner) {
    double[][] result = new double[c.length][];
    for (int row = 0; row < c.length; row++) {
      result[row] = new double[c[row].length];
      for (int column = 0; column < c[row].length; column++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          sum += (transposeA ? a[k][row] : a[row][k]) * (transposeB ? b[column][k] : b[k][column]);
        }
        result[row][column] = alpha * sum + (beta == 0 ? 0 : beta * c[row][column]);
      }
    }
    return result;
  }

  /** AAᵀ + I for a random A of order n. */
  static double[][] positiveDefinite(FramedMatrix a) {
    int n = a.view.rows();
    double[][] identity = new double[n][n];
    for (int i = 0; i < n; i++) {
      identity[i][i] = 1;
    }
    return product(1, a.values(), false, a.values(), true, 1, identity, n);
  }

  /** matrix ← values. */
  static void set(DoubleMatrix matrix, double[][] values) {
    for (int row = 0; row < values.length; row++) {
      for (int column = 0; column < values[row].length; column++) {
        matrix.set(row, column, values[row][column]);
      }
    }
  }
}
