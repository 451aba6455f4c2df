package io.github.trawl.notebook;

import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;

/**
 * The norms of the R components of a decomposition, overall and in each of its K slices, and the
 * inner products of the slices of the approximation.
 *
 * @param norms R norms of the components, in descending order
 * @param normsBySlice K·R norms, that of component r in slice k at k·R + r
 * @param sliceProducts K·K inner products of the slices of the approximation, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed.
record Components(float[] norms, float[] normsBySlice, double[] sliceProducts) {
  /**
   * Returns the components that {@link #toArrays} turned into arrays.
   *
   * @param arrays norms, normsBySlice and sliceProducts
   */
  static Components of(Object[] arrays) {
    return new Components((float[]) arrays[0], (float[]) arrays[1], (double[]) arrays[2]);
  }

  /** Returns the three arrays, which Java and Kryo serialization support without registration. */
  Object[] toArrays() {
    return new Object[] {norms, normsBySlice, sliceProducts};
  }

  /** Computes the components of a Kruskal or Tucker tensor. */
  static Components of(LowRankTensor tensor) {
    if (tensor instanceof KruskalTensor kruskal) {
      return KruskalComponents.of(kruskal);
    }
    if (tensor instanceof TuckerTensor tucker) {
      return TuckerComponents.of(tucker);
    }
    throw new IllegalArgumentException(
        "no components are defined for a " + tensor.getClass().getSimpleName());
  }

  /** K, the number of slices. */
  int depth() {
    return (int) Math.round(Math.sqrt(sliceProducts.length));
  }

  /** ‖M‖² of the whole approximation. */
  double squaredNorm() {
    double sum = 0;
    for (int k = 0; k < depth(); k++) {
      sum += sliceProducts[k * depth() + k];
    }
    return sum;
  }

  /** Returns the cosine of the angle between two slices; null if one is zero. */
  Double cosine(int slice, int other) {
    int depth = depth();
    double norms =
        Math.sqrt(sliceProducts[slice * depth + slice] * sliceProducts[other * depth + other]);
    return norms == 0 ? null : (Double) (sliceProducts[slice * depth + other] / norms);
  }
}
