package io.github.trawl.sweep.ledger;

/**
 * What the names of files tell of the holder that has written them.
 *
 * @param epoch greater than that of any earlier holder
 * @param mark eight hexadecimal digits, in case a store has let two holders have one epoch
 */
record Writer(int epoch, String mark) {
  static final int MARK_DIGITS = 8;

  /** The writer of a run, which is named by a UUID. */
  static Writer of(int epoch, String run) {
    return new Writer(epoch, run.substring(0, MARK_DIGITS));
  }
}
