package io.github.trawl.linalg;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The cyclic Jacobi method (Golub and Van Loan, Matrix Computations, section 8.5). */
final class JacobiEigenSolver {
  private static final int MAX_SWEEPS = 100;

  private JacobiEigenSolver() {}

  static void largestEigenpairs(DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
    int n = symmetric.rows();
    double[][] a = new double[n][n];
    double[][] v = new double[n][n];
    double squaredNorm = 0;
    for (int row = 0; row < n; row++) {
      v[row][row] = 1;
      for (int column = 0; column < n; column++) {
        a[row][column] = symmetric.get(Math.max(row, column), Math.min(row, column));
        squaredNorm += a[row][column] * a[row][column];
      }
    }
    int sweep = 0;
    while (offDiagonalSquares(a) > 1e-30 * squaredNorm) {
      if (++sweep > MAX_SWEEPS) {
        throw new ArithmeticException("no convergence after " + MAX_SWEEPS + " Jacobi sweeps");
      }
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -a[i][i]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = a[order[i]][order[i]];
      for (int k = 0; k < n; k++) {
        vectors.set(i, k, v[k][order[i]]);
      }
    }
  }

  private static double offDiagonalSquares(double[][] a) {
    double sum = 0;
    for (int row = 0; row < a.length; row++) {
      for (int column = 0; column < row; column++) {
        sum += 2 * a[row][column] * a[row][column];
      }
    }
    return sum;
  }

  private static void rotate(double[][] a, double[][] v, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double tau = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, tau) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
    double cosine = 1 / Math.sqrt(1 + t * t);
    double sine = t * cosine;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      a[k][p] = cosine * kp - sine * a[k][q];
      a[k][q] = sine * kp + cosine * a[k][q];
      double vp = v[k][p];
      v[k][p] = cosine * vp - sine * v[k][q];
      v[k][q] = sine * vp + cosine * v[k][q];
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      a[p][k] = cosine * pk - sine * a[q][k];
      a[q][k] = sine * pk + cosine * a[q][k];
    }
  }
}
