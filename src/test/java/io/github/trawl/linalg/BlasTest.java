package io.github.trawl.linalg;

import static io.github.trawl.linalg.ReferenceProducts.SIZES;
import static io.github.trawl.linalg.ReferenceProducts.product;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Native and Java products against sums written down term by term. */
class BlasTest extends BlasFixture {
  @ParameterizedTest
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
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
      try (FramedMatrix a = transposeA ? framed(k, m, margin) : framed(m, k, margin);
          FramedMatrix b = transposeB ? framed(n, k, margin) : framed(k, n, margin);
          FramedMatrix c = framed(m, n, margin)) {
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
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
  @DisplayName("Gram matrices have both triangles")
  void grams(Blas blas) {
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int margin : new int[] {0, 2}) {
          for (double beta : new double[] {0, 1, 0.5}) {
            try (FramedMatrix a = framed(m, n, margin);
                FramedMatrix c = framed(n, n, margin)) {
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
  @MethodSource(ReferenceProducts.IMPLEMENTATIONS)
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
    try (FramedMatrix a = framed(130, 257, 1);
        FramedMatrix b = framed(257, 190, 1)) {
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
