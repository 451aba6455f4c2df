package io.github.trawl.sweep;

/** Which points see all validation examples. */
public enum Screening {
  /**
   * Points that are worse than the best by a paired test drop out after each round but the last;
   * only the winner and the runners-up see the test examples.
   */
  RACE,
  /** All points see all validation and test examples. */
  NONE
}
