package io.github.trawl.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The places of a tensor in a data set.
 *
 * @param slices labels of the slices, in the order of the first mode
 * @param rows ids of the rows, ascending
 * @param width the number of columns
 */
@SuppressWarnings("ArrayRecordComponent") // Large, shared without a copy by design.
record TensorIndex(List<String> slices, long[] rows, int width) implements Serializable {
  /** The place of a slice; −1 if the tensor has none of this label. */
  int slice(String label) {
    return slices.indexOf(label);
  }

  /** The place of a row; negative if the tensor has none of this id. */
  int row(long id) {
    return Arrays.binarySearch(rows, id);
  }
}
