package io.github.trawl.notebook;

import io.github.trawl.checkpoint.ShardReader;
import java.util.List;

/**
 * Sums over the elements of one tensor, from which its norm, mean and deviation follow. Elements
 * that are not finite are counted, but not summed.
 */
final class TensorSums {
  /** The most elements read at a time. */
  private static final int BLOCK = 1 << 16;

  private static final int SUM_COUNT = 5;

  private double sum;
  private double squares;
  private double largest;
  private long zeros;
  private long notFinite;

  /**
   * Reads the pieces of a task and returns {@link #SUM_COUNT} sums for each, one piece after the
   * other, for {@link #add(double[], int)}.
   */
  static double[] ofSpans(List<Spans.Span<StoredTensor>> spans) {
    double[] values = new double[spans.size() * SUM_COUNT];
    for (int i = 0; i < spans.size(); i++) {
      TensorSums sums = new TensorSums();
      sums.read(spans.get(i));
      double[] spanSums = {sums.sum, sums.squares, sums.largest, sums.zeros, sums.notFinite};
      System.arraycopy(spanSums, 0, values, i * SUM_COUNT, SUM_COUNT);
    }
    return values;
  }

  /**
   * Adds the sums of a piece.
   *
   * @param values what {@link #ofSpans} returned for a task
   * @param span index of the piece in the task
   */
  void add(double[] values, int span) {
    int at = span * SUM_COUNT;
    sum += values[at];
    squares += values[at + 1];
    largest = Math.max(largest, values[at + 2]);
    zeros += (long) values[at + 3];
    notFinite += (long) values[at + 4];
  }

  private void read(Spans.Span<StoredTensor> span) {
    float[] block = new float[(int) Math.min(BLOCK, span.count())];
    try (ShardReader reader = span.tensor().open()) {
      for (long done = 0; done < span.count(); done += block.length) {
        int count = (int) Math.min(block.length, span.count() - done);
        span.tensor().read(reader, span.first() + done, count, block);
        for (int i = 0; i < count; i++) {
          add(block[i]);
        }
      }
    }
  }

  private void add(double value) {
    if (!Double.isFinite(value)) {
      notFinite++;
      return;
    }
    sum += value;
    squares += value * value;
    largest = Math.max(largest, Math.abs(value));
    zeros += value == 0 ? 1 : 0;
  }

  double norm() {
    return Math.sqrt(squares);
  }

  double mean(long count) {
    return sum / (count - notFinite);
  }

  double standardDeviation(long count) {
    double mean = mean(count);
    return Math.sqrt(Math.max(0, squares / (count - notFinite) - mean * mean));
  }

  double largest() {
    return largest;
  }

  long zeros() {
    return zeros;
  }

  long notFinite() {
    return notFinite;
  }
}
