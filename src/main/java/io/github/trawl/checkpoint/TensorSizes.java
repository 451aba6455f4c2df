package io.github.trawl.checkpoint;

import java.util.List;

/** Computes sizes of row-major tensors. */
final class TensorSizes {
  private TensorSizes() {}

  /**
   * Returns the number of bytes of a tensor.
   *
   * @throws ArithmeticException if a size is negative, the product overflows, or elements narrower
   *     than a byte do not fill the last byte
   */
  static long bytes(List<Long> shape, DType dtype) {
    long elements = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new ArithmeticException("negative dimension in shape " + shape);
      }
      elements = multiply(elements, size, shape);
    }
    long bits = multiply(elements, dtype.bits(), shape);
    if (bits % Byte.SIZE != 0) {
      throw new ArithmeticException(
          "shape " + shape + " of " + dtype + " does not end at a whole byte");
    }
    return bits / Byte.SIZE;
  }

  private static long multiply(long left, long right, List<Long> shape) {
    try {
      return Math.multiplyExact(left, right);
    } catch (ArithmeticException e) {
      ArithmeticException overflow =
          new ArithmeticException("the size of shape " + shape + " overflows");
      overflow.initCause(e);
      throw overflow;
    }
  }
}
