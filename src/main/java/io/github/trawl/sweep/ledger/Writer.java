package io.github.trawl.sweep.ledger;

/**
 * The holder that wrote a file, as the file's name identifies it.
 *
 * @param epoch greater than that of any earlier holder
 * @param mark the first eight hexadecimal digits of the run's identifier; tells apart two holders
 *     with one epoch, which a store without conditional writes may allow
 */
record Writer(int epoch, String mark) {
  static final int MARK_DIGITS = 8;

  /**
   * Returns the writer for a holder.
   *
   * @param run the run's identifier, a UUID
   */
  static Writer of(int epoch, String run) {
    return new Writer(epoch, run.substring(0, MARK_DIGITS));
  }
}
