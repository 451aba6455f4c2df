package io.github.trawl.tensor;

import java.util.Arrays;

/** Sorts the sizes of the components of low-rank tensors. */
final class Spectra {
  private Spectra() {}

  /** Returns {@code sizes}, sorted in place, the largest first. */
  static float[] sortDescending(float[] sizes) {
    Arrays.sort(sizes);
    for (int low = 0, high = sizes.length - 1; low < high; low++, high--) {
      float swapped = sizes[low];
      sizes[low] = sizes[high];
      sizes[high] = swapped;
    }
    return sizes;
  }
}
