package io.github.trawl.evaluation.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Products of a few rows with a large weight, which are memory-bound: they take as long as reading
 * the weight. OpenBLAS, which computes them, is limited to one thread, so as not to disturb
 * decompositions in the same process; so the outputs are divided into pieces that several threads
 * compute. The shape alone decides the pieces, so that the number of threads changes no bit.
 */
final class FewRowProducts {
  /** Fewer multiplications are not worth waking another thread. */
  private static final long LEAST_OPERATIONS = 1 << 18;

  /** The most multiplications for which OpenBLAS takes kernels for small products. */
  private static final long SMALL_PRODUCT = 1_000_000;

  private FewRowProducts() {}

  /**
   * Returns x · weightᵀ.
   *
   * @param input [rows, inputs], float32 on the CPU
   * @param weight [outputs, inputs]
   * @return [rows, outputs]
   */
  static NativeTensor multiply(NativeTensor input, NativeTensor weight) {
    long outputs = weight.size(0);
    NativeTensor product = input.scope().empty(NumberType.FLOAT32, input.size(0), outputs);
    long width = pieceWidth(input.size(0), weight.size(1), outputs);
    HelperThreads.forEach(
        Math.toIntExact((outputs + width - 1) / width),
        i -> {
          long from = width * i;
          multiplyPiece(input, weight, product, from, Math.min(width, outputs - from));
        });
    return product;
  }

  /**
   * Returns the number of outputs of each piece but the last, which may have fewer. There is one
   * piece if there are few multiplications, else there are 4, 8 (from 2048 outputs) or 16 (from
   * 8192), or fewer that hold all outputs.
   */
  static long pieceWidth(long rows, long inputs, long outputs) {
    if (rows * inputs * outputs < LEAST_OPERATIONS) {
      return outputs;
    }
    int pieces = outputs < 2048 ? 4 : outputs < 8192 ? 8 : 16;
    return (outputs + pieces - 1) / pieces;
  }

  /**
   * Returns whether each row of a product has the same bits whatever other rows are multiplied with
   * it, as long as these rows alone are enough for OpenBLAS's blocked kernels. For small products,
   * up to {@value #SMALL_PRODUCT} multiplications, OpenBLAS has kernels of their own on some
   * processors, which round otherwise; on others (those with AVX2, but without AVX-512), the
   * kernels round the last rows of a product otherwise. {@link IndependentRows} finds that out.
   */
  static boolean hasIndependentRows(long rows, long inputs, long outputs) {
    long width = pieceWidth(rows, inputs, outputs);
    long last = outputs - (outputs - 1) / width * width;
    return rows * inputs * last > SMALL_PRODUCT && rows >= IndependentRows.LEAST_ON_THIS_PROCESSOR;
  }

  /** Computes {@code width} outputs of {@link #multiply}, with one call of OpenBLAS. */
  static void multiplyPiece(
      NativeTensor input, NativeTensor weight, NativeTensor product, long from, long width) {
    try (Tensor rows = weight.handle().narrow(0, from, width);
        Tensor transposed = rows.t();
        Tensor target = product.handle().narrow(1, from, width)) {
      torch.mm_out(target, input.handle(), transposed);
    }
  }
}
