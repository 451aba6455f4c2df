package io.github.trawl.evaluation.model;

/**
 * Which row of a table of learned positions a token has: its index plus {@code first}. Where {@code
 * padding} is not negative, tokens of that id keep row {@code padding} and are not counted.
 */
record PositionNumbering(int first, int padding) {
  static PositionNumbering from(int first) {
    return new PositionNumbering(first, -1);
  }

  static PositionNumbering afterPadding(int padding) {
    return new PositionNumbering(padding + 1, padding);
  }

  /** The rows of {@code tokens}. */
  long[] rows(int[] tokens) {
    long[] rows = new long[tokens.length];
    int next = first;
    for (int i = 0; i < tokens.length; i++) {
      rows[i] = padding >= 0 && tokens[i] == padding ? padding : next++;
    }
    return rows;
  }
}
