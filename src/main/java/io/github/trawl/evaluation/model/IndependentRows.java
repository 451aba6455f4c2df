package io.github.trawl.evaluation.model;

import java.util.Arrays;

/**
 * Finds out whether OpenBLAS's kernels for this processor give each row of a product the same bits
 * whatever other rows are multiplied with it: it multiplies rows in groups and all together.
 */
final class IndependentRows {
  private static final int INPUTS = 301;
  private static final int ROWS = 260;

  /** So many that a single row is no small product, see {@link FewRowProducts}. */
  private static final int OUTPUTS = 3448;

  /** Row counts below, at and above multiples of the kernels' blocks of rows. */
  private static final int[] COUNTS = {8, 12, 17, 20, 24, 31, 40, 47, 64, 65, 72, 96, 127};

  /**
   * The fewest rows of a product from which on the answer is yes; more than any product has if it
   * is no. Found when it is first asked for; it holds for the process.
   */
  static final int LEAST_ON_THIS_PROCESSOR = find();

  private IndependentRows() {}

  private static int find() {
    try (TensorScope scope = TensorScope.onCpu()) {
      NativeTensor input = scope.create(numbers(ROWS * INPUTS), ROWS, INPUTS);
      NativeTensor weight = scope.create(numbers(OUTPUTS * INPUTS), OUTPUTS, INPUTS);
      float[] all = product(scope, input, weight);
      for (int rows : COUNTS) {
        if (!isPartOf(all, rows, scope, input, weight)) {
          return Integer.MAX_VALUE;
        }
      }
      int least = COUNTS[0];
      while (least > 1 && isPartOf(all, least - 1, scope, input, weight)) {
        least--;
      }
      return least;
    }
  }

  /** Whether products of {@code rows} rows have the bits that they have in {@code all}. */
  private static boolean isPartOf(
      float[] all, int rows, TensorScope scope, NativeTensor input, NativeTensor weight) {
    for (int from : new int[] {0, 5, ROWS - rows}) {
      float[] some = product(scope, input.slice(0, from, from + rows), weight);
      if (!Arrays.equals(some, 0, some.length, all, from * OUTPUTS, (from + rows) * OUTPUTS)) {
        return false;
      }
    }
    return true;
  }

  private static float[] product(TensorScope scope, NativeTensor input, NativeTensor weight) {
    NativeTensor product = scope.empty(NumberType.FLOAT32, input.size(0), OUTPUTS);
    FewRowProducts.multiplyPiece(input, weight, product, 0, OUTPUTS);
    return product.toFloatArray();
  }

  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) Math.sin(i);
    }
    return numbers;
  }
}
