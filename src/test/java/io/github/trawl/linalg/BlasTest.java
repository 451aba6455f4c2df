package io.github.trawl.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fault 68: native and Java routines against sums written down term by term. */
class BlasTest {
  private static final int[] SIZES = {0, 1, 2, 7, 33};
  private static final float UNTOUCHED = -77;

  private final OffHeapMemory memory = OffHeapMemory.limitedTo(1L << 30);
  private final Random random = new Random(5);

  @AfterEach
  void nothingLeaks() {
    memory.close();
  }

  static Stream<Blas> implementations() {
    return Stream.of(OpenBlas.load(), new JavaBlas());
  }

  /** A matrix of random values inside a larger one, whose other values must stay as they are. */
  private final class Framed implements AutoCloseable {
    final DoubleMatrix outer;
    final DoubleMatrix view;
    final FloatMatrix outerFloats;
    final FloatMatrix floats;

    Framed(int rows, int columns, int margin) {
      outer = memory.doubles(rows + 2 * margin, columns + 2 * margin);
      outerFloats = memory.floats(rows + 2 * margin, columns + 2 * margin);
      for (int row = 0; row < outer.rows(); row++) {
        for (int column = 0; column < outer.columns(); column++) {
          outer.set(row, column, UNTOUCHED);
          outerFloats.set(row, column, UNTOUCHED);
        }
      }
      view = outer.rowRange(margin, rows).columnRange(margin, columns);
      floats = outerFloats.rowRange(margin, rows).columnRange(margin, columns);
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          float value = random.nextFloat() - 0.5f;
          view.set(row, column, value);
          floats.set(row, column, value);
        }
      }
    }

    void fill(double value) {
      for (int row = 0; row < view.rows(); row++) {
        for (int column = 0; column < view.columns(); column++) {
          view.set(row, column, value);
          floats.set(row, column, (float) value);
        }
      }
    }

    double[][] values() {
      double[][] values = new double[view.rows()][view.columns()];
      for (int row = 0; row < view.rows(); row++) {
        for (int column = 0; column < view.columns(); column++) {
          values[row][column] = view.get(row, column);
        }
      }
      return values;
    }

    void assertFrameUntouched() {
      int margin = (outer.rows() - view.rows()) / 2;
      for (int row = 0; row < outer.rows(); row++) {
        for (int column = 0; column < outer.columns(); column++) {
          boolean inside =
              row >= margin
                  && row < margin + view.rows()
                  && column >= margin
                  && column < margin + view.columns();
          if (!inside) {
            assertThat(outer.get(row, column)).isEqualTo(UNTOUCHED);
            assertThat(outerFloats.get(row, column)).isEqualTo(UNTOUCHED);
          }
        }
      }
    }

    @Override
    public void close() {
      outer.close();
      outerFloats.close();
    }
  }

  /** alpha · op(A) · op(B) + beta · C; C is not looked at if beta is 0. */
  private static double[][] product(
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

  private static void assertClose(DoubleMatrix actual, double[][] expected, String description) {
    for (int row = 0; row < expected.length; row++) {
      for (int column = 0; column < expected[row].length; column++) {
        assertThat(actual.get(row, column))
            .as(description)
            .isCloseTo(expected[row][column], within(1e-12));
      }
    }
  }

  private static void assertClose(FloatMatrix actual, double[][] expected, String description) {
    for (int row = 0; row < expected.length; row++) {
      for (int column = 0; column < expected[row].length; column++) {
        assertThat((double) actual.get(row, column))
            .as(description)
            .isCloseTo(expected[row][column], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  @DisplayName("products of all shapes, transposes, scalars and views are those of the definition")
  void multiplies(Blas blas) {
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int k : SIZES) {
          for (int flags = 0; flags < 8; flags++) {
            boolean transposeA = (flags & 1) != 0;
            boolean transposeB = (flags & 2) != 0;
            int margin = (flags & 4) != 0 ? 3 : 0;
            checkProduct(blas, m, n, k, transposeA, transposeB, margin);
          }
        }
      }
    }
  }

  private void checkProduct(
      Blas blas, int m, int n, int k, boolean transposeA, boolean transposeB, int margin) {
    double[][] scalars = {{1, 0}, {1, 1}, {-0.5, 2}, {0, 0.5}, {0, 0}};
    for (double[] scalar : scalars) {
      try (Framed a = transposeA ? new Framed(k, m, margin) : new Framed(m, k, margin);
          Framed b = transposeB ? new Framed(n, k, margin) : new Framed(k, n, margin);
          Framed c = new Framed(m, n, margin)) {
        double[][] expected =
            product(
                scalar[0],
                a.values(),
                transposeA,
                b.values(),
                transposeB,
                scalar[1],
                c.values(),
                k);
        if (scalar[1] == 0) {
          // What stood in C must not matter, not even NaN.
          c.fill(Double.NaN);
        }
        String description =
            blas.name() + ": " + m + " " + n + " " + k + " " + transposeA + " " + transposeB;
        blas.multiply(scalar[0], a.view, transposeA, b.view, transposeB, scalar[1], c.view);
        blas.multiply(
            (float) scalar[0],
            a.floats,
            transposeA,
            b.floats,
            transposeB,
            (float) scalar[1],
            c.floats);
        assertClose(c.view, expected, description);
        assertClose(c.floats, expected, description);
        c.assertFrameUntouched();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  @DisplayName("Gram matrices have both triangles")
  void grams(Blas blas) {
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int margin : new int[] {0, 2}) {
          for (double beta : new double[] {0, 1, 0.5}) {
            try (Framed a = new Framed(m, n, margin);
                Framed c = new Framed(n, n, margin)) {
              for (int row = 0; row < n; row++) {
                for (int column = 0; column < row; column++) {
                  c.view.set(row, column, c.view.get(column, row));
                }
              }
              double[][] expected =
                  product(1, a.values(), true, a.values(), false, beta, c.values(), m);
              if (beta == 0) {
                c.fill(Double.NaN);
              }
              blas.gram(a.view, beta, c.view);
              assertClose(c.view, expected, blas.name() + ": " + m + " " + n + " " + beta);
              c.assertFrameUntouched();
            }
          }
        }
      }
    }
  }

  /** AAᵀ + I for a random A of order n. */
  private static double[][] positiveDefinite(Framed a) {
    int n = a.view.rows();
    double[][] identity = new double[n][n];
    for (int i = 0; i < n; i++) {
      identity[i][i] = 1;
    }
    return product(1, a.values(), false, a.values(), true, 1, identity, n);
  }

  private static void set(DoubleMatrix matrix, double[][] values) {
    for (int row = 0; row < values.length; row++) {
      for (int column = 0; column < values[row].length; column++) {
        matrix.set(row, column, values[row][column]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  @DisplayName("Cholesky factors multiply back, solve and invert")
  void cholesky(Blas blas) {
    for (int n : SIZES) {
      for (int margin : new int[] {0, 2}) {
        try (Framed random = new Framed(n, n, margin);
            Framed factor = new Framed(n, n, margin);
            Framed right = new Framed(5, n, margin)) {
          double[][] matrix = positiveDefinite(random);
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
          try (Framed left = new Framed(n, 3, margin)) {
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
  @MethodSource("implementations")
  @DisplayName("fault 62: what is not positive definite has no Cholesky factor")
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

  @ParameterizedTest
  @MethodSource("implementations")
  @DisplayName("eigenpairs satisfy their equation, in descending order")
  void eigenpairs(Blas blas) {
    for (int n : SIZES) {
      for (int count : new int[] {0, 1, n / 2, n}) {
        if (count > n) {
          continue;
        }
        for (int margin : new int[] {0, 2}) {
          try (Framed random = new Framed(n, n, margin);
              Framed symmetric = new Framed(n, n, margin);
              Framed vectors = new Framed(count, n, margin)) {
            double[][] matrix = positiveDefinite(random);
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
  @MethodSource("implementations")
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
  @MethodSource("implementations")
  @DisplayName("eigenpairs of what is not finite are refused")
  void eigenpairsOfNaN(Blas blas) {
    try (DoubleMatrix matrix = memory.doubles(3, 3);
        DoubleMatrix vectors = memory.doubles(1, 3)) {
      matrix.set(2, 1, Double.POSITIVE_INFINITY);
      assertThatThrownBy(() -> blas.largestEigenpairs(matrix, new double[1], vectors))
          .isInstanceOf(ArithmeticException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  @DisplayName("shapes that do not fit are refused before anything is written")
  void shapes(Blas blas) {
    try (FloatMatrix floats = memory.floats(2, 3);
        DoubleMatrix a = memory.doubles(2, 3);
        DoubleMatrix b = memory.doubles(3, 2)) {
      List<Runnable> calls =
          List.of(
              () -> blas.multiply(1f, floats, false, floats, false, 0f, floats),
              () -> blas.multiply(1.0, a, false, b, false, 0.0, a),
              () -> blas.multiply(1.0, a, false, b, true, 0.0, b),
              () -> blas.gram(a, 0, b),
              () -> blas.cholesky(a),
              () -> blas.solveCholesky(a, b),
              () -> blas.invertCholesky(a),
              () -> blas.solveTransposed(a, b),
              () -> blas.largestEigenpairs(a, new double[1], b),
              () -> blas.largestEigenpairs(b.rowRange(0, 2), new double[3], a));
      for (Runnable call : calls) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  @DisplayName("many threads at once get the bits that one gets alone")
  void concurrentCallers() throws Exception {
    Blas blas = OpenBlas.load();
    int callers = 16;
    List<float[]> results = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(callers);
    try (Framed a = new Framed(130, 257, 1);
        Framed b = new Framed(257, 190, 1)) {
      float[] alone = multiply(blas, a.floats, b.floats);
      List<Future<float[]>> futures = new ArrayList<>();
      for (int call = 0; call < 10 * callers; call++) {
        futures.add(executor.submit(() -> multiply(blas, a.floats, b.floats)));
      }
      for (Future<float[]> future : futures) {
        results.add(future.get());
      }
      assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(alone));
    } finally {
      executor.shutdown();
    }
  }

  private float[] multiply(Blas blas, FloatMatrix a, FloatMatrix b) {
    try (FloatMatrix c = memory.floats(a.rows(), b.columns())) {
      blas.multiply(1f, a, false, b, false, 0f, c);
      return c.toArray();
    }
  }
}
