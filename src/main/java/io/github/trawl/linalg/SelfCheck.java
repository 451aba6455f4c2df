package io.github.trawl.linalg;

/** A product with a known result, to tell a working native library from a broken one. */
final class SelfCheck {
  private SelfCheck() {}

  /**
   * @throws IllegalStateException if the product of two small integer matrices is not exact
   */
  static void verify(Blas blas) {
    int n = 33;
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        FloatMatrix a = memory.floats(n, n);
        FloatMatrix b = memory.floats(n, n);
        FloatMatrix c = memory.floats(n, n)) {
      for (int row = 0; row < n; row++) {
        for (int column = 0; column < n; column++) {
          a.set(row, column, row - column);
          b.set(row, column, row + 2 * column);
        }
      }
      blas.multiply(1f, a, false, b, false, 0f, c);
      for (int row = 0; row < n; row++) {
        for (int column = 0; column < n; column++) {
          float expected = 0;
          for (int inner = 0; inner < n; inner++) {
            // Integers this small are exact in float32 in every order of summation.
            expected += (row - inner) * (inner + 2 * column);
          }
          if (c.get(row, column) != expected) {
            throw new IllegalStateException(
                "sgemm gave " + c.get(row, column) + " where " + expected + " is exact");
          }
        }
      }
    }
  }
}
