package io.github.trawl.decomposition;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorBlock;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Distances measured on the dense tensors, value by value. */
final class TensorErrors {
  private TensorErrors() {}

  static List<FloatMatrix> slices(TensorBlock block) {
    List<FloatMatrix> slices = new ArrayList<>();
    for (int k = 0; k < block.depth(); k++) {
      slices.add(block.slice(k));
    }
    return slices;
  }

  /** ‖X − M‖ / ‖X‖. */
  static double relativeError(List<FloatMatrix> slices, LowRankTensor model) {
    double difference = 0;
    double norm = 0;
    for (int k = 0; k < slices.size(); k++) {
      FloatMatrix slice = slices.get(k);
      float[] expected = slice.toArray();
      float[] actual = new float[expected.length];
      model.reconstruct(k, 0, slice.rows(), 0, slice.columns(), FloatBuffer.wrap(actual));
      for (int i = 0; i < expected.length; i++) {
        difference += Math.pow((double) expected[i] - actual[i], 2);
        norm += Math.pow(expected[i], 2);
      }
    }
    return Math.sqrt(difference / norm);
  }

  /**
   * The largest entry of |FᵀF − I| for a factor of {@code rank} columns, leaving out zero columns.
   */
  static double orthonormalityError(float[] factor, int rank) {
    double largest = 0;
    for (int r = 0; r < rank; r++) {
      for (int s = 0; s <= r; s++) {
        double sum = 0;
        for (int i = 0; i < factor.length; i += rank) {
          sum += (double) factor[i + r] * factor[i + s];
        }
        if (r == s && sum == 0) {
          continue;
        }
        largest = Math.max(largest, Math.abs(sum - (r == s ? 1 : 0)));
      }
    }
    return largest;
  }
}
