package io.github.trawl.notebook;

import io.github.trawl.checkpoint.ShardReader;
import java.util.List;

/**
 * Sums over the elements of a tensor A of the first checkpoint and B of the second, from which
 * their norms and differences follow.
 */
final class DifferenceSums {
  /** Elements, or bytes, read at a time. */
  private static final int BLOCK = 1 << 16;

  private static final int SUM_COUNT = 6;

  private double firstSquares;
  private double secondSquares;
  private double differenceSquares;
  private double product;
  private double largest;
  private long changed;

  /**
   * Reads the pieces of a task and returns {@link #SUM_COUNT} sums for each, one piece after the
   * other, for {@link #add(double[], int)}.
   */
  static double[] ofSpans(List<Spans.Span<TensorPair>> spans) {
    double[] values = new double[spans.size() * SUM_COUNT];
    for (int i = 0; i < spans.size(); i++) {
      DifferenceSums sums = new DifferenceSums();
      sums.read(spans.get(i));
      double[] spanSums = {
        sums.firstSquares,
        sums.secondSquares,
        sums.differenceSquares,
        sums.product,
        sums.largest,
        sums.changed
      };
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
    firstSquares += values[at];
    secondSquares += values[at + 1];
    differenceSquares += values[at + 2];
    product += values[at + 3];
    // Math.max keeps NaN, which shows that values were not finite.
    largest = Math.max(largest, values[at + 4]);
    changed += (long) values[at + 5];
  }

  private void read(Spans.Span<TensorPair> span) {
    try (ShardReader first = span.tensor().first().open();
        ShardReader second = span.tensor().second().open()) {
      if (span.tensor().isNumeric()) {
        readNumbers(span, first, second);
      } else {
        readBytes(span, first, second);
      }
    }
  }

  private void readNumbers(Spans.Span<TensorPair> span, ShardReader first, ShardReader second) {
    int block = (int) Math.min(BLOCK, span.count());
    float[] left = new float[block];
    float[] right = new float[block];
    for (long done = 0; done < span.count(); done += block) {
      int count = (int) Math.min(block, span.count() - done);
      span.tensor().first().read(first, span.first() + done, count, left);
      span.tensor().second().read(second, span.first() + done, count, right);
      for (int i = 0; i < count; i++) {
        add(left[i], right[i]);
      }
    }
  }

  private void add(double left, double right) {
    boolean same = left == right || (Double.isNaN(left) && Double.isNaN(right));
    // The difference of two equal infinities would be NaN.
    double difference = same ? 0 : right - left;
    firstSquares += left * left;
    secondSquares += right * right;
    differenceSquares += difference * difference;
    product += left * right;
    largest = Math.max(largest, Math.abs(difference));
    changed += same ? 0 : 1;
  }

  private void readBytes(Spans.Span<TensorPair> span, ShardReader first, ShardReader second) {
    for (long done = 0; done < span.count(); done += BLOCK) {
      int count = (int) Math.min(BLOCK, span.count() - done);
      long at = span.first() + done;
      byte[] left = span.tensor().first().bytes(first, at, count).array();
      byte[] right = span.tensor().second().bytes(second, at, count).array();
      for (int i = 0; i < count; i++) {
        changed += left[i] == right[i] ? 0 : 1;
      }
    }
  }

  boolean isSame() {
    return changed == 0;
  }

  /** The number of elements that differ, or of bytes if the elements are not floats. */
  long changed() {
    return changed;
  }

  double firstNorm() {
    return Math.sqrt(firstSquares);
  }

  double secondNorm() {
    return Math.sqrt(secondSquares);
  }

  double differenceNorm() {
    return Math.sqrt(differenceSquares);
  }

  double largest() {
    return largest;
  }

  /** The cosine of the angle between A and B; null if one is zero. */
  Double cosine() {
    double norms = firstNorm() * secondNorm();
    return norms == 0 ? null : (Double) (product / norms);
  }

  /** ‖B − A‖ / ‖A‖; 0 if A and B are the same, null if only A is zero. */
  Double relativeDifference() {
    if (differenceSquares == 0) {
      return 0.0;
    }
    return firstSquares == 0 ? null : (Double) Math.sqrt(differenceSquares / firstSquares);
  }
}
