package io.github.trawl.linalg;

/** Solves small problems with known results, to tell a working library from a broken one. */
final class SelfCheck {
  /** The order of the matrices: no multiple of a vector length, so that remainders occur too. */
  private static final int ORDER = 33;

  private SelfCheck() {}

  /**
   * Solves the problems with {@code blas}.
   *
   * @throws IllegalStateException if a product, a Cholesky factor or an eigenvalue is wrong
   */
  static void verify(Blas blas) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20)) {
      checkProduct(blas, memory);
      checkSolution(blas, memory);
      checkEigenvalues(blas, memory);
    }
  }

  private static void checkProduct(Blas blas, OffHeapMemory memory) {
    try (FloatMatrix a = memory.floats(ORDER, ORDER);
        FloatMatrix b = memory.floats(ORDER, ORDER);
        FloatMatrix c = memory.floats(ORDER, ORDER)) {
      for (int row = 0; row < ORDER; row++) {
        for (int column = 0; column < ORDER; column++) {
          a.set(row, column, row - column);
          b.set(row, column, row + 2 * column);
        }
      }
      blas.multiply(1f, a, false, b, false, 0f, c);
      for (int row = 0; row < ORDER; row++) {
        for (int column = 0; column < ORDER; column++) {
          float expected = 0;
          for (int inner = 0; inner < ORDER; inner++) {
            // Integers this small are exact in float32 in every order of summation.
            expected += (row - inner) * (inner + 2 * column);
          }
          check("sgemm", c.get(row, column), expected, 0);
        }
      }
    }
  }

  /** With A = eeᵀ + I for the vector e of n ones, the solution of A·x = (n + 1)·e is e. */
  private static void checkSolution(Blas blas, OffHeapMemory memory) {
    try (DoubleMatrix a = memory.doubles(ORDER, ORDER);
        DoubleMatrix x = memory.doubles(1, ORDER)) {
      onesPlusIdentity(blas, memory, a);
      for (int column = 0; column < ORDER; column++) {
        x.set(0, column, ORDER + 1.0);
      }
      if (!blas.cholesky(a)) {
        throw new IllegalStateException("dpotrf refused a positive definite matrix");
      }
      blas.solveCholesky(a, x);
      for (int column = 0; column < ORDER; column++) {
        check("dpotrs", x.get(0, column), 1, 1e-12);
      }
    }
  }

  /** The eigenvalues of eeᵀ + I are n + 1, once, and 1. */
  private static void checkEigenvalues(Blas blas, OffHeapMemory memory) {
    try (DoubleMatrix a = memory.doubles(ORDER, ORDER);
        DoubleMatrix vectors = memory.doubles(2, ORDER)) {
      onesPlusIdentity(blas, memory, a);
      double[] values = new double[2];
      blas.largestEigenpairs(a, values, vectors);
      check("dsyevr", values[0], ORDER + 1.0, 1e-11);
      check("dsyevr", values[1], 1, 1e-11);
    }
  }

  private static void onesPlusIdentity(Blas blas, OffHeapMemory memory, DoubleMatrix a) {
    try (DoubleMatrix ones = memory.doubles(1, ORDER)) {
      for (int i = 0; i < ORDER; i++) {
        ones.set(0, i, 1);
        a.set(i, i, 1);
      }
      blas.multiply(1.0, ones, true, ones, false, 1.0, a);
    }
  }

  private static void check(String routine, double actual, double expected, double tolerance) {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      throw new IllegalStateException(
          routine + " gave " + actual + " where " + expected + " is right");
    }
  }
}
