package io.github.trawl.solve;

import io.github.trawl.TrawlException;

/**
 * Takes the outcome of each stack as it arrives, in the thread that runs {@link StackSolves}. What
 * a method throws ends the run and is thrown there.
 */
public interface StackSink {
  /** A stack is solved; its factor file is written and not published yet. */
  void solved(StackRequest request, StackResult result);

  /**
   * A stack has failed by itself, in a run that goes on with the others.
   *
   * @param failure with one line that says why
   */
  default void failed(StackRequest request, TrawlException failure) {
    throw failure;
  }

  /**
   * A stack that is solved over the executors has finished an iteration.
   *
   * @param iteration its number, from 1
   * @param bestFit the largest fit among the members
   */
  default void iterated(StackRequest request, int iteration, double bestFit) {}
}
