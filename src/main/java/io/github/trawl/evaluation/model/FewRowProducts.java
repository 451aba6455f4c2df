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
    int count = pieces(input.size(0), weight.size(1), outputs);
    long width = (outputs + count - 1) / count;
    HelperThreads.forEach(
        count,
        i -> {
          long from = width * i;
          multiplyPiece(input, weight, product, from, Math.min(width, outputs - from));
        });
    return product;
  }

  /**
   * Returns the number of pieces: 1 if there are few multiplications, else 4, 8 (from 2048 outputs)
   * or 16 (from 8192).
   */
  static int pieces(long rows, long inputs, long outputs) {
    if (rows * inputs * outputs < LEAST_OPERATIONS) {
      return 1;
    }
    return outputs < 2048 ? 4 : outputs < 8192 ? 8 : 16;
  }

  private static void multiplyPiece(
      NativeTensor input, NativeTensor weight, NativeTensor product, long from, long width) {
    try (Tensor rows = weight.handle().narrow(0, from, width);
        Tensor transposed = rows.t();
        Tensor target = product.handle().narrow(1, from, width)) {
      torch.mm_out(target, input.handle(), transposed);
    }
  }
}
