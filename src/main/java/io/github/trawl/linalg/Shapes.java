package io.github.trawl.linalg;

/** Shape checks and small rearrangements that all {@link Blas} implementations share. */
final class Shapes {
  /**
   * The number of rows that are mirrored at a time. To mirror one row is to write a column, each
   * element of which lies in another row; several rows together write short runs of elements.
   */
  private static final int MIRRORED_ROWS = 32;

  private Shapes() {}

  /** Rows and columns of op(M), which is M or its transpose. */
  record Shape(int rows, int columns) {}

  static Shape of(FloatMatrix matrix, boolean transpose) {
    return transpose
        ? new Shape(matrix.columns(), matrix.rows())
        : new Shape(matrix.rows(), matrix.columns());
  }

  static Shape of(DoubleMatrix matrix, boolean transpose) {
    return transpose
        ? new Shape(matrix.columns(), matrix.rows())
        : new Shape(matrix.rows(), matrix.columns());
  }

  /**
   * Returns the inner dimension of C = A·B.
   *
   * @throws IllegalArgumentException if the shapes do not fit
   */
  static int innerDimension(Shape a, Shape b, Shape c) {
    if (a.columns() != b.rows() || a.rows() != c.rows() || b.columns() != c.columns()) {
      throw new IllegalArgumentException("product of " + a + " and " + b + " into " + c);
    }
    return a.columns();
  }

  /** Requires the matrix to be square and of this order. */
  static void requireSquare(DoubleMatrix matrix, int order) {
    if (matrix.rows() != order || matrix.columns() != order) {
      throw new IllegalArgumentException(
          "expected order " + order + ": " + matrix.rows() + " x " + matrix.columns());
    }
  }

  /** Checks the arguments of {@link Blas#largestEigenpairs}. */
  static void requireEigenpairs(DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
    requireSquare(symmetric, symmetric.rows());
    if (values.length > symmetric.rows()
        || vectors.rows() != values.length
        || vectors.columns() != symmetric.rows()) {
      throw new IllegalArgumentException(
          values.length
              + " eigenpairs of order "
              + symmetric.rows()
              + " into "
              + vectors.rows()
              + " x "
              + vectors.columns());
    }
    for (int row = 0; row < symmetric.rows(); row++) {
      for (int column = 0; column <= row; column++) {
        // LAPACK does not terminate in bounded time on NaN.
        if (!Double.isFinite(symmetric.get(row, column))) {
          throw new NotFiniteException("the sums of a Gram matrix are");
        }
      }
    }
  }

  /** Copies the lower triangle of a square matrix to its upper triangle. */
  static void mirrorLowerTriangle(DoubleMatrix matrix) {
    int order = matrix.rows();
    double[][] rows = new double[MIRRORED_ROWS][order];
    double[][] mirrored = new double[MIRRORED_ROWS][MIRRORED_ROWS];
    for (int start = 0; start < order; start += MIRRORED_ROWS) {
      int size = Math.min(MIRRORED_ROWS, order - start);
      DoubleMatrix columns = matrix.columnRange(start, size);
      matrix.readRows(start, size, rows);
      for (int top = 0; top <= start; top += MIRRORED_ROWS) {
        int height = Math.min(MIRRORED_ROWS, order - top);
        for (int row = 0; row < height; row++) {
          for (int i = 0; i < size; i++) {
            // In the tile on the diagonal, the elements below the diagonal stay as they are.
            boolean below = top + row > start + i;
            mirrored[row][i] = below ? rows[row][start + i] : rows[i][top + row];
          }
        }
        columns.writeRows(top, height, mirrored);
      }
    }
  }

  static void reverseRows(DoubleMatrix matrix) {
    double[] upper = new double[matrix.columns()];
    double[] lower = new double[matrix.columns()];
    for (int row = 0; row < matrix.rows() / 2; row++) {
      int mirrored = matrix.rows() - 1 - row;
      matrix.read(row, 0, upper, 0, upper.length);
      matrix.read(mirrored, 0, lower, 0, lower.length);
      matrix.write(row, 0, lower, 0, lower.length);
      matrix.write(mirrored, 0, upper, 0, upper.length);
    }
  }
}
