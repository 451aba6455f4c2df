package io.github.trawl.sweep.ledger;

/**
 * The holder that wrote a file, as the file's name identifies it.
 *
 * @param epoch greater than that of any earlier holder
 * @param runPrefix the first eight hexadecimal digits of the run's identifier; tells apart two
 *     holders with one epoch, which a store without conditional writes may allow
 */
record WriterId(int epoch, String runPrefix) {
  static final int RUN_PREFIX_DIGITS = 8;

  /**
   * Returns the writer for a holder.
   *
   * @param run the run's identifier, a UUID
   */
  static WriterId of(int epoch, String run) {
    return new WriterId(epoch, run.substring(0, RUN_PREFIX_DIGITS));
  }
}
