package io.github.trawl.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The slices, rows and columns of a tensor that a data set holds.
 *
 * @param slices labels of the slices, in the order of the first mode
 * @param rows ids of the rows, ascending
 * @param width the number of columns
 */
@SuppressWarnings("ArrayRecordComponent") // Large, shared without a copy by design.
record TensorIndex(List<String> slices, long[] rows, int width) implements Serializable {
  /** Returns the index of a row; negative if the tensor has no row with this id. */
  int rowIndex(long id) {
    return Arrays.binarySearch(rows, id);
  }
}
