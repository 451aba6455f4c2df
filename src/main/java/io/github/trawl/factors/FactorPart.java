package io.github.trawl.factors;

/**
 * A matrix of a factored tensor, as rows of a factor file.
 *
 * @param mode 0 for the slices, 1 for the rows, 2 for the columns, −1 for the core
 * @param rank values in a row, at least 1
 * @param values row-major, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Views of the factors.
record FactorPart(int mode, int rank, float[] values) {
  /** The mode of the core: fibres of it, or the weights of the components. */
  static final int CORE = -1;

  /**
   * A part of zeros to read into.
   *
   * @param limit bytes of the file that is read: what can't be in it is refused before memory is
   *     taken
   * @throws IllegalArgumentException if the sizes can't be those of the file
   */
  static FactorPart empty(int mode, int length, int rank, long limit) {
    if (length < 1 || rank < 1 || (long) length * rank > limit / Float.BYTES) {
      throw new IllegalArgumentException(
          "%d rows of %d values for mode %d do not fit the file".formatted(length, rank, mode));
    }
    return new FactorPart(mode, rank, new float[length * rank]);
  }

  /** The number of rows. */
  int length() {
    return values.length / rank;
  }
}
