package io.github.trawl.evaluation.model;

import java.util.Arrays;

/**
 * Finds out whether OpenBLAS's kernels for this processor give each row of a product the same bits
 * whatever other rows are multiplied with it: it multiplies rows in groups and all together.
 */
final class IndependentRows {
  private static final int INPUTS = 301;
  private static final int OUTPUTS = 1400;
  private static final int ROWS = 260;

  /** Row counts below, at and above multiples of the kernels' blocks of rows. */
  private static final int[] COUNTS = {8, 12, 17, 20, 24, 31, 40, 47, 64, 65, 72, 96, 127};

  /** The answer, found when it is first asked for; it holds for the process. */
  static final boolean ON_THIS_PROCESSOR = find();

  private IndependentRows() {}

  private static boolean find() {
    try (TensorScope scope = TensorScope.onCpu()) {
      NativeTensor input = scope.create(numbers(ROWS * INPUTS), ROWS, INPUTS);
      NativeTensor weight = scope.create(numbers(OUTPUTS * INPUTS), OUTPUTS, INPUTS);
      float[] all = product(scope, input, weight);
      for (int rows : COUNTS) {
        for (int from : new int[] {0, 5, ROWS - rows}) {
          float[] some = product(scope, input.slice(0, from, from + rows), weight);
          if (!Arrays.equals(some, 0, some.length, all, from * OUTPUTS, (from + rows) * OUTPUTS)) {
            return false;
          }
        }
      }
      return true;
    }
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
