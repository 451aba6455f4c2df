package io.github.trawl.evaluation.model;

/**
 * The rule for the row that a token has in a table of learned positions: its index in the sequence
 * plus {@code first}. If {@code padding} is not negative, tokens of that id have row {@code
 * padding} and are not counted in the indices of the others.
 */
record PositionNumbering(int first, int padding) {
  static PositionNumbering from(int first) {
    return new PositionNumbering(first, -1);
  }

  static PositionNumbering afterPadding(int padding) {
    return new PositionNumbering(padding + 1, padding);
  }

  /** Returns the row of each of a sequence's tokens. */
  long[] rows(int[] tokens) {
    long[] rows = new long[tokens.length];
    int next = first;
    for (int i = 0; i < tokens.length; i++) {
      rows[i] = padding >= 0 && tokens[i] == padding ? padding : next++;
    }
    return rows;
  }
}
