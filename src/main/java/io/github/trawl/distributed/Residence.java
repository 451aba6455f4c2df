package io.github.trawl.distributed;

/** Tells whether the blocks of a task's range have to stay in this process. */
interface Residence {
  /** The key of the solve, unique within this process. */
  long solveId();

  /** Whether the solve is still under way. Once it is not, its blocks are never used again. */
  boolean isUnderWay();

  /**
   * Whether tasks of this range are normally sent to this process. Where it is not so, a task ran
   * here as an exception, and its blocks are freed when memory runs short.
   */
  boolean isHome();
}
