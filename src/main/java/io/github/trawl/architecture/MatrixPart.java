package io.github.trawl.architecture;

import io.github.trawl.architecture.StoredAxis.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * A rectangle of a logical matrix.
 *
 * @param matrix index of the matrix in the list of matrices to read
 * @param slice the matrix
 * @param rowStart the first row
 * @param rowEnd one past the last row
 * @param columnStart the first column
 * @param columnEnd one past the last column
 */
record MatrixPart(
    int matrix, WeightSlice slice, int rowStart, int rowEnd, int columnStart, int columnEnd) {

  static MatrixPart rows(int matrix, WeightSlice slice, int rowStart, int rowEnd) {
    return new MatrixPart(matrix, slice, rowStart, rowEnd, 0, slice.columns());
  }

  static MatrixPart columns(int matrix, WeightSlice slice, int columnStart, int columnEnd) {
    return new MatrixPart(matrix, slice, 0, slice.rows(), columnStart, columnEnd);
  }

  MatrixPart withRows(int start, int end) {
    return new MatrixPart(matrix, slice, start, end, columnStart, columnEnd);
  }

  boolean isEmpty() {
    return rowStart == rowEnd || columnStart == columnEnd;
  }

  /** Returns the runs of the part along the first dimension of the tensor. */
  List<Run> storedRows() {
    MatrixLayout layout = slice.layout();
    return layout.isStoredTransposed()
        ? layout.storedRows().runs(columnStart, columnEnd)
        : layout.storedRows().runs(rowStart, rowEnd);
  }

  /** Returns the runs of the part along the last dimension of the tensor. */
  List<Run> storedColumns() {
    MatrixLayout layout = slice.layout();
    return layout.isStoredTransposed()
        ? layout.storedColumns().runs(rowStart, rowEnd)
        : layout.storedColumns().runs(columnStart, columnEnd);
  }

  /** Returns the parts of {@code runs} that are stored at {@code from} to {@code to - 1}. */
  static List<Run> intersect(List<Run> runs, int from, int to) {
    List<Run> inside = new ArrayList<>();
    for (Run run : runs) {
      int start = Math.max(run.stored(), from);
      int end = Math.min(run.stored() + run.length(), to);
      if (start < end) {
        inside.add(new Run(run.index() + start - run.stored(), start, end - start));
      }
    }
    return inside;
  }
}
