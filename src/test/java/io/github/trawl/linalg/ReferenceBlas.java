package io.github.trawl.linalg;

/** Each routine as its definition says, element by element: what the others are tested against. */
final class ReferenceBlas implements Blas {
  static final String NAME = "reference";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void multiply(
      float alpha,
      FloatMatrix a,
      boolean transposeA,
      FloatMatrix b,
      boolean transposeB,
      float beta,
      FloatMatrix c) {
    int inner =
        Shapes.innerDimension(
            Shapes.of(a, transposeA), Shapes.of(b, transposeB), Shapes.of(c, false));
    for (int row = 0; row < c.rows(); row++) {
      for (int column = 0; column < c.columns(); column++) {
        float sum = 0;
        for (int k = 0; k < inner; k++) {
          float left = transposeA ? a.get(k, row) : a.get(row, k);
          float right = transposeB ? b.get(column, k) : b.get(k, column);
          sum += left * right;
        }
        c.set(row, column, alpha * sum + (beta == 0 ? 0 : beta * c.get(row, column)));
      }
    }
  }

  @Override
  public void multiply(
      double alpha,
      DoubleMatrix a,
      boolean transposeA,
      DoubleMatrix b,
      boolean transposeB,
      double beta,
      DoubleMatrix c) {
    int inner =
        Shapes.innerDimension(
            Shapes.of(a, transposeA), Shapes.of(b, transposeB), Shapes.of(c, false));
    for (int row = 0; row < c.rows(); row++) {
      for (int column = 0; column < c.columns(); column++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          double left = transposeA ? a.get(k, row) : a.get(row, k);
          double right = transposeB ? b.get(column, k) : b.get(k, column);
          sum += left * right;
        }
        c.set(row, column, alpha * sum + (beta == 0 ? 0 : beta * c.get(row, column)));
      }
    }
  }

  @Override
  public void gram(DoubleMatrix a, double beta, DoubleMatrix c) {
    multiply(1, a, true, a, false, beta, c);
  }

  @Override
  public boolean cholesky(DoubleMatrix matrix) {
    Shapes.requireSquare(matrix, matrix.rows());
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column <= row; column++) {
        double sum = matrix.get(row, column);
        for (int k = 0; k < column; k++) {
          sum -= matrix.get(row, k) * matrix.get(column, k);
        }
        if (row == column) {
          if (!(sum > 0)) {
            return false;
          }
          matrix.set(row, row, Math.sqrt(sum));
        } else {
          matrix.set(row, column, sum / matrix.get(column, column));
        }
      }
    }
    return true;
  }

  @Override
  public void solveCholesky(DoubleMatrix factor, DoubleMatrix b) {
    Shapes.requireSquare(factor, b.columns());
    int n = factor.rows();
    for (int row = 0; row < b.rows(); row++) {
      for (int i = 0; i < n; i++) {
        double sum = b.get(row, i);
        for (int k = 0; k < i; k++) {
          sum -= factor.get(i, k) * b.get(row, k);
        }
        b.set(row, i, sum / factor.get(i, i));
      }
      for (int i = n - 1; i >= 0; i--) {
        double sum = b.get(row, i);
        for (int k = i + 1; k < n; k++) {
          sum -= factor.get(k, i) * b.get(row, k);
        }
        b.set(row, i, sum / factor.get(i, i));
      }
    }
  }

  @Override
  public void invertCholesky(DoubleMatrix factor) {
    int n = factor.rows();
    Shapes.requireSquare(factor, n);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(Math.max(1 << 12, 16L * n * n));
        DoubleMatrix inverse = memory.doubles(n, n)) {
      for (int i = 0; i < n; i++) {
        inverse.set(i, i, 1);
      }
      solveCholesky(factor, inverse);
      factor.copyFrom(inverse.toArray());
    }
  }

  @Override
  public void solveTransposed(DoubleMatrix factor, DoubleMatrix b) {
    int n = b.rows();
    Shapes.requireSquare(factor, n);
    for (int column = 0; column < b.columns(); column++) {
      for (int i = n - 1; i >= 0; i--) {
        double sum = b.get(i, column);
        for (int k = i + 1; k < n; k++) {
          sum -= factor.get(k, i) * b.get(k, column);
        }
        b.set(i, column, sum / factor.get(i, i));
      }
    }
  }

  @Override
  public void largestEigenpairs(DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
    Shapes.requireEigenpairs(symmetric, values, vectors);
    JacobiEigenSolver.largestEigenpairs(symmetric, values, vectors);
  }
}
