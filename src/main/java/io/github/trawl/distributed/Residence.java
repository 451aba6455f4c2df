package io.github.trawl.distributed;

/** Tells whether the blocks of a task's range have to stay in this process. */
interface Residence {
  /** The key of the solve, unique within this process. */
  long solveId();

  /** Whether the solve is still under way. Once it is not, its blocks are never used again. */
  boolean isUnderWay();

  /**
   * Whether Spark prefers this process for the tasks of the range. If not, its blocks are here
   * because a task ran on another executor than preferred, and are freed when memory runs short.
   */
  boolean isHome();
}
