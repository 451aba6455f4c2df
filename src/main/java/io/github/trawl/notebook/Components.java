package io.github.trawl.notebook;

import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;

/**
 * The norms of the R components of a decomposition, overall and in each of its K slices, and the
 * inner products of the slices of the approximation.
 *
 * @param sizes R norms of the components, in descending order
 * @param bySlice K·R norms, that of component r in slice k at k·R + r
 * @param products K·K inner products of the slices of the approximation, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed.
record Components(float[] sizes, float[] bySlice, double[] products) {
  /**
   * Returns the components that {@link #toArrays} turned into arrays.
   *
   * @param arrays sizes, norms by slice and products
   */
  static Components of(Object[] arrays) {
    return new Components((float[]) arrays[0], (float[]) arrays[1], (double[]) arrays[2]);
  }

  /** Returns the three arrays, which each of Spark's serializers supports without registration. */
  Object[] toArrays() {
    return new Object[] {sizes, bySlice, products};
  }

  static Components of(LowRankTensor tensor) {
    if (tensor instanceof KruskalTensor kruskal) {
      return KruskalComponents.of(kruskal);
    }
    if (tensor instanceof TuckerTensor tucker) {
      return TuckerComponents.of(tucker);
    }
    throw new IllegalArgumentException("factors of the kind " + tensor.getClass().getSimpleName());
  }

  /** K, the number of slices. */
  int depth() {
    return (int) Math.round(Math.sqrt(products.length));
  }

  /** ‖M‖² of the whole approximation. */
  double squaredNorm() {
    double sum = 0;
    for (int k = 0; k < depth(); k++) {
      sum += products[k * depth() + k];
    }
    return sum;
  }

  /** Returns the cosine of the angle between two slices; null if one is zero. */
  Double cosine(int slice, int other) {
    int depth = depth();
    double norms = Math.sqrt(products[slice * depth + slice] * products[other * depth + other]);
    return norms == 0 ? null : (Double) (products[slice * depth + other] / norms);
  }
}
