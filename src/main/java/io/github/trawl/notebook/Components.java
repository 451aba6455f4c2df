package io.github.trawl.notebook;

import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;

/**
 * What a decomposition of K slices and R components says of both.
 *
 * @param sizes R norms of the components, falling
 * @param bySlice K·R norms: of component r in slice k at k·R + r
 * @param products K·K inner products of the slices of the approximation
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed.
record Components(float[] sizes, float[] bySlice, double[] products) {
  /**
   * What {@link #toArrays} gave.
   *
   * @param arrays sizes, norms by slice, products
   */
  static Components of(Object[] arrays) {
    return new Components((float[]) arrays[0], (float[]) arrays[1], (double[]) arrays[2]);
  }

  /** The arrays alone, which any of Spark's serializers carries. */
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

  /** The cosine of the angle between two slices; null if one is zero. */
  Double cosine(int slice, int other) {
    int depth = depth();
    double norms = Math.sqrt(products[slice * depth + slice] * products[other * depth + other]);
    return norms == 0 ? null : (Double) (products[slice * depth + other] / norms);
  }
}
