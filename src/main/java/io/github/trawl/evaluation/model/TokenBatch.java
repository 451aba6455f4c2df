package io.github.trawl.evaluation.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Token sequences that are run together, padded at the end to the longest. */
record TokenBatch(List<int[]> sequences) {
  TokenBatch {
    sequences = List.copyOf(sequences);
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("empty batch");
    }
  }

  int size() {
    return sequences.size();
  }

  /** Returns the number of tokens of each sequence. */
  int[] lengths() {
    return sequences.stream().mapToInt(sequence -> sequence.length).toArray();
  }

  /** Returns the number of tokens of the longest sequence. */
  int length() {
    return Arrays.stream(lengths()).max().orElseThrow();
  }

  /** Returns the last token of each sequence as sequence · {@link #length} + position. */
  long[] lastRows() {
    long width = length();
    return IntStream.range(0, size()).mapToLong(i -> i * width + lengths()[i] - 1).toArray();
  }

  /** Returns the token ids, 0 where a sequence has ended. */
  long[][] ids() {
    long[][] ids = new long[size()][length()];
    for (int i = 0; i < ids.length; i++) {
      int[] sequence = sequences.get(i);
      for (int j = 0; j < sequence.length; j++) {
        ids[i][j] = sequence[j];
      }
    }
    return ids;
  }

  /** Returns the index of each token in its sequence, -1 where the sequence has ended. */
  int[][] positions() {
    int[][] positions = new int[size()][length()];
    for (int i = 0; i < positions.length; i++) {
      int end = sequences.get(i).length;
      for (int j = 0; j < positions[i].length; j++) {
        positions[i][j] = j < end ? j : -1;
      }
    }
    return positions;
  }

  /** Returns each token's row in a table of learned positions, 0 where the sequence has ended. */
  long[][] rows(PositionNumbering numbering) {
    long[][] rows = new long[size()][length()];
    for (int i = 0; i < rows.length; i++) {
      long[] own = numbering.rows(sequences.get(i));
      System.arraycopy(own, 0, rows[i], 0, own.length);
    }
    return rows;
  }
}
