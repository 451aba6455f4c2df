package io.github.trawl.evaluation.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The tokens of a batch whose logits are read, each once, however many targets it has.
 *
 * @param rows the tokens, each as sequence · length of the batch + position, ascending
 * @param rowOfPosition for each position of each request in turn, the index of its token in {@code
 *     rows}
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
record LogitRows(long[] rows, int[] rowOfPosition) {
  /**
   * Returns the tokens whose logits {@code batch} asks for.
   *
   * @param length the number of tokens of the longest sequence
   */
  static LogitRows of(List<ScoreRequest> batch, int length) {
    long[] asked =
        IntStream.range(0, batch.size())
            .boxed()
            .flatMapToLong(
                i ->
                    Arrays.stream(batch.get(i).positions())
                        .mapToLong(position -> (long) i * length + position))
            .toArray();
    long[] rows = Arrays.stream(asked).sorted().distinct().toArray();
    return new LogitRows(
        rows, Arrays.stream(asked).mapToInt(row -> Arrays.binarySearch(rows, row)).toArray());
  }

  /**
   * Returns the tokens of several batches as those of one, whose rows follow those of the batch
   * before. The numbers of the tokens are those in their own batch.
   */
  static LogitRows concatenated(List<LogitRows> batches) {
    int[] rowOfPosition = new int[0];
    long[] rows = new long[0];
    for (LogitRows batch : batches) {
      int before = rows.length;
      rowOfPosition =
          IntStream.concat(
                  Arrays.stream(rowOfPosition),
                  Arrays.stream(batch.rowOfPosition).map(row -> before + row))
              .toArray();
      rows = LongStream.concat(Arrays.stream(rows), Arrays.stream(batch.rows)).toArray();
    }
    return new LogitRows(rows, rowOfPosition);
  }
}
