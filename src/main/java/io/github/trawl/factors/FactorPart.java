package io.github.trawl.factors;

/**
 * A matrix of a factored tensor, as rows of a factor file.
 *
 * @param mode what its rows belong to: 0 the slices, 1 the rows, 2 the columns of the tensor, or
 *     {@link #CORE}
 * @param rank values in a row, at least 1
 * @param values row-major, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Shares the arrays of the tensor.
record FactorPart(int mode, int rank, float[] values) {
  /** Stands for the core of a Tucker tensor, or the weights of a Kruskal tensor. */
  static final int CORE = -1;

  /**
   * The size of a part.
   *
   * @param mode as in a part
   * @param length the number of rows
   * @param rank values in a row
   */
  record Size(int mode, int length, int rank) {
    /**
     * Refuses a size that can't be in a file, before memory is taken for the part.
     *
     * @param limit bytes of the file
     * @throws IllegalArgumentException if the part does not fit
     */
    void check(long limit) {
      if (length < 1 || rank < 1 || (long) length * rank > limit / Float.BYTES) {
        throw new IllegalArgumentException(
            "%d rows of %d values for mode %d do not fit the file".formatted(length, rank, mode));
      }
    }

    /**
     * A part of zeros of this size, to read into.
     *
     * @throws IllegalArgumentException if it has more values than an array holds
     */
    FactorPart allocate() {
      long values = (long) length * rank;
      if (values > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%d rows of %d values for mode %d are more values than fit an array"
                .formatted(length, rank, mode));
      }
      return new FactorPart(mode, rank, new float[(int) values]);
    }
  }

  /** The number of rows. */
  int length() {
    return values.length / rank;
  }
}
