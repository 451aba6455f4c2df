package io.github.trawl.architecture;

import io.github.trawl.architecture.StoredAxis.Run;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The requests that read parts of the matrices of one stored tensor. A stored byte is read once,
 * however many parts need it.
 */
final class TensorReads {
  /** The most bytes of a request. */
  static final int REQUEST_BYTES = 8 << 20;

  /**
   * The largest gap between two needed ranges, in bytes, that is read through and ignored: on every
   * storage but memory, another request costs more than reading that many bytes.
   */
  private static final int LARGEST_GAP = 32 << 10;

  private final TensorInfo tensor;
  private final List<MatrixPart> parts;

  /**
   * Plans the requests for {@code parts}.
   *
   * @param parts parts of matrices in {@code tensor}; neither the list nor a part is empty
   */
  TensorReads(TensorInfo tensor, List<MatrixPart> parts) {
    SliceReader.requireDecodable(tensor);
    this.tensor = tensor;
    this.parts = List.copyOf(parts);
  }

  TensorInfo tensor() {
    return tensor;
  }

  List<MatrixPart> parts() {
    return parts;
  }

  /** The requests in the order of the file; none overlaps another. */
  List<StoredRead> reads() {
    int elementBytes = StoredRead.elementBytes(tensor);
    long stride = StoredRead.stride(tensor);
    List<Interval> columns = intervals(MatrixPart::storedColumns, elementBytes, 0);
    int width = columns.get(0).length();
    // The bytes between the last needed column of a row and the first of the next row.
    long gap = stride - (long) width * elementBytes;
    if (columns.size() == 1 && gap <= LARGEST_GAP && stride <= REQUEST_BYTES) {
      return spans(intervals(MatrixPart::storedRows, stride, gap), columns.get(0));
    }
    // This ownGap keeps intervals of rows apart that have unneeded rows between them.
    return strips(intervals(MatrixPart::storedRows, stride, LARGEST_GAP), columns);
  }

  /** Returns requests for several rows each, divided as evenly as possible. */
  private List<StoredRead> spans(List<Interval> rows, Interval columns) {
    int most = (int) (REQUEST_BYTES / StoredRead.stride(tensor));
    List<StoredRead> reads = new ArrayList<>();
    for (Interval interval : rows) {
      forEachRange(
          interval.length(),
          most,
          (start, count) ->
              reads.add(
                  new StoredRead(
                      tensor, interval.start + start, count, columns.start, columns.length())));
    }
    return reads;
  }

  /** Returns requests that each lie within one row, one or more for each interval of columns. */
  private List<StoredRead> strips(List<Interval> rows, List<Interval> columns) {
    int most = REQUEST_BYTES / StoredRead.elementBytes(tensor);
    List<StoredRead> reads = new ArrayList<>();
    for (Interval interval : rows) {
      for (int row = interval.start; row < interval.end; row++) {
        int at = row;
        for (Interval strip : columns) {
          forEachRange(
              strip.length(),
              most,
              (start, count) ->
                  reads.add(new StoredRead(tensor, at, 1, strip.start + start, count)));
        }
      }
    }
    return reads;
  }

  /** Divides {@code length} indices into ranges of nearly equal size, at most {@code most} each. */
  private static void forEachRange(int length, int most, RangeVisitor visitor) {
    long count = ((long) length + most - 1) / most;
    for (long range = 0; range < count; range++) {
      int start = (int) (length * range / count);
      visitor.accept(start, (int) (length * (range + 1) / count) - start);
    }
  }

  private interface RangeVisitor {
    void accept(int start, int count);
  }

  /**
   * Returns the intervals of stored indices of one dimension that the parts need. Intervals are
   * joined if at most {@link #LARGEST_GAP} unneeded bytes lie between them.
   *
   * @param axis returns the runs of a part along the dimension
   * @param unitBytes bytes from one index of the dimension to the next
   * @param ownGap unneeded bytes that lie between two neighbouring indices even if both are needed
   */
  private List<Interval> intervals(
      Function<MatrixPart, List<Run>> axis, long unitBytes, long ownGap) {
    List<Run> runs =
        parts.stream()
            .flatMap(part -> axis.apply(part).stream())
            .sorted(Comparator.comparingInt(Run::stored))
            .toList();
    List<Interval> intervals = new ArrayList<>();
    int start = runs.get(0).stored();
    int end = start;
    for (Run run : runs) {
      long gap = (run.stored() - (long) end) * unitBytes;
      if (gap > 0 && gap + ownGap > LARGEST_GAP) {
        intervals.add(new Interval(start, end));
        start = run.stored();
      }
      end = Math.max(end, run.stored() + run.length());
    }
    intervals.add(new Interval(start, end));
    return intervals;
  }

  /** Decodes the elements of all parts that lie within {@code read}, whose bytes are given. */
  void decode(StoredRead read, ByteBuffer bytes, TileDecoder decoder) {
    // Rows of 2 GiB and more are read one at a time, and a single row needs no stride.
    int stride = read.rows() == 1 ? 0 : Math.toIntExact(StoredRead.stride(tensor));
    for (MatrixPart part : parts) {
      for (Rectangle tile : rectangles(part, read)) {
        decoder.decode(
            part.matrix(),
            part.slice(),
            tile.rows,
            tile.columns,
            bytes,
            read.offset(tile.rows.stored(), tile.columns.stored()),
            stride);
      }
    }
  }

  /** Returns the intersection of {@code part} and {@code read} as rectangles. */
  static List<Rectangle> rectangles(MatrixPart part, StoredRead read) {
    List<Run> columns =
        MatrixPart.intersect(part.storedColumns(), read.column(), read.column() + read.columns());
    return MatrixPart.intersect(part.storedRows(), read.row(), read.row() + read.rows()).stream()
        .flatMap(rows -> columns.stream().map(run -> new Rectangle(rows, run)))
        .toList();
  }

  /** Groups parts of many tensors by tensor, sorted by file and offset; leaves out empty parts. */
  static List<TensorReads> of(Stream<MatrixPart> parts) {
    return parts
        .filter(part -> !part.isEmpty())
        .collect(Collectors.groupingBy(part -> part.slice().tensor()))
        .entrySet()
        .stream()
        .map(entry -> new TensorReads(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparing((TensorReads reads) -> reads.tensor.file())
                .thenComparingLong(reads -> reads.tensor.offset()))
        .toList();
  }

  /** Consecutive rows and columns of a stored tensor, with their indices in a logical matrix. */
  record Rectangle(Run rows, Run columns) {}

  private record Interval(int start, int end) {
    int length() {
      return end - start;
    }
  }
}
