package io.github.trawl.distributed;

/** Tells how long the blocks of a task's range have to stay in this process. */
interface Residence {
  /** The key of the solve, unique within this process. */
  long solve();

  /** Whether the solve is still under way; once it is not, nothing of it is used again. */
  boolean isUnderWay();

  /**
   * Whether tasks of this range are sent to this process. Elsewhere they run as an exception, and
   * their blocks may go before memory runs out.
   */
  boolean isHome();
}
