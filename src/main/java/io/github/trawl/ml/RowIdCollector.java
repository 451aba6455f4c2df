package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;

/**
 * Collects the ids of the rows of each slice of a data set. Each partition is collected by its
 * task; the driver merges the partitions and holds up to three copies of each id, of 8 bytes, for
 * each row of each slice.
 */
final class RowIdCollector implements Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean skipsInvalidRows;
  private final Map<String, RowIds> rowsOfSlices = new HashMap<>();

  /** What is wrong with the rows; null if nothing is. */
  private String fault;

  /** The length of all vectors; −1 before the first. */
  private int width = -1;

  /** The slice and row, as text for an error, that {@code width} was taken from. */
  private String widthSource;

  /**
   * @param skipsInvalidRows whether rows are left out that have a {@link TensorRow#fault} or that a
   *     slice lacks; otherwise the first such row is an error. Vectors of unequal length and
   *     repeated rows are always errors
   */
  RowIdCollector(boolean skipsInvalidRows) {
    this.skipsInvalidRows = skipsInvalidRows;
  }

  /** Ids of rows, in any order. */
  private static final class RowIds implements Serializable {
    private static final long serialVersionUID = 1L;

    private long[] ids = new long[16];
    private int count;

    void add(long... others) {
      if (count + others.length > ids.length) {
        ids = Arrays.copyOf(ids, Math.max(count + others.length, 2 * count));
      }
      System.arraycopy(others, 0, ids, count, others.length);
      count += others.length;
    }

    long[] ascending() {
      long[] sorted = Arrays.copyOf(ids, count);
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** Adds a row, or keeps what is wrong with it for {@link #index}. */
  void add(TensorRow row) {
    if (fault != null) {
      return;
    }
    Optional<String> rowFault = row.fault();
    if (rowFault.isPresent()) {
      fault =
          skipsInvalidRows
              ? null
              : rowFault.get()
                  + "; mend the data, or set handleInvalid to 'skip' to leave such rows out";
      return;
    }
    Vector features = row.features();
    requireWidth(features.size(), "slice '%s', row %d".formatted(row.slice(), row.row()));
    rowsOfSlices.computeIfAbsent(row.slice(), key -> new RowIds()).add(row.row());
  }

  /** Adds the rows of another partition of the data set. */
  void add(RowIdCollector other) {
    if (fault == null) {
      fault = other.fault;
    }
    if (other.width >= 0) {
      requireWidth(other.width, other.widthSource);
    }
    other.rowsOfSlices.forEach(
        (slice, rows) ->
            rowsOfSlices.computeIfAbsent(slice, key -> new RowIds()).add(rows.ascending()));
  }

  private void requireWidth(int found, String place) {
    if (width < 0) {
      width = found;
      widthSource = place;
    } else if (found != width && fault == null) {
      fault =
          "%s has %d features, and %s has %d; all need the same number"
              .formatted(place, found, widthSource, width);
    }
  }

  /**
   * Returns the slices and rows of the tensor that the data set makes up. If invalid rows are
   * skipped, a row belongs to the tensor only if every slice has it.
   *
   * @param numericSlices whether slices are sorted as numbers rather than strings
   * @throws TrawlException of category {@code BAD_INPUT} if the rows make up no tensor
   */
  TensorIndex index(boolean numericSlices) {
    if (fault != null) {
      throw badInput(fault);
    }
    if (rowsOfSlices.isEmpty()) {
      throw badInput("the data set has no rows to fit to; check what it was filtered by");
    }
    if (width == 0) {
      throw badInput("the features have length 0; give vectors of one value or more");
    }
    Comparator<String> order =
        numericSlices ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder();
    List<String> slices = rowsOfSlices.keySet().stream().sorted(order).toList();
    Map<String, long[]> ids = new HashMap<>();
    slices.forEach(slice -> ids.put(slice, distinctSortedIds(slice)));
    long[] rows = ids.get(slices.get(0));
    for (String slice : slices) {
      long[] other = ids.get(slice);
      if (skipsInvalidRows) {
        rows = intersection(rows, other);
      } else if (!Arrays.equals(rows, other)) {
        throw missingRow(slices.get(0), rows, slice, other);
      }
    }
    if (rows.length == 0) {
      throw badInput(
          "no row is in all of the %d slices; check which columns are sliceCol and rowCol"
              .formatted(slices.size()));
    }
    return new TensorIndex(slices, rows, width);
  }

  private long[] distinctSortedIds(String slice) {
    long[] rows = rowsOfSlices.get(slice).ascending();
    for (int i = 1; i < rows.length; i++) {
      if (rows[i] == rows[i - 1]) {
        throw badInput(
            ("slice '%s' has row %d more than once; leave all but one out, or check which columns"
                    + " are sliceCol and rowCol")
                .formatted(slice, rows[i]));
      }
    }
    return rows;
  }

  private static long[] intersection(long[] left, long[] right) {
    return Arrays.stream(left).filter(row -> Arrays.binarySearch(right, row) >= 0).toArray();
  }

  /** Returns the error that names a row which one of two slices has and the other lacks. */
  private static TrawlException missingRow(
      String left, long[] leftRows, String right, long[] rightRows) {
    boolean leftLacks =
        Arrays.stream(rightRows).anyMatch(row -> Arrays.binarySearch(leftRows, row) < 0);
    String lacking = leftLacks ? left : right;
    String having = leftLacks ? right : left;
    long[] lackingRows = leftLacks ? leftRows : rightRows;
    long row =
        Arrays.stream(leftLacks ? rightRows : leftRows)
            .filter(candidate -> Arrays.binarySearch(lackingRows, candidate) < 0)
            .findFirst()
            .orElseThrow();
    return badInput(
        ("slice '%s' has no row %d, which slice '%s' has; add it, or set handleInvalid to 'skip' to"
                + " leave out of all slices the rows that one of them lacks")
            .formatted(lacking, row, having));
  }

  private static TrawlException badInput(String message) {
    return new TrawlException(ErrorCategory.BAD_INPUT, message);
  }
}
