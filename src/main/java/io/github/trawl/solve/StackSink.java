package io.github.trawl.solve;

import io.github.trawl.TrawlException;

/**
 * Takes the outcome of each stack as it arrives, in the thread that called {@link StackSolver#run}.
 * An exception that a method throws ends the run and is thrown by {@code run}.
 */
public interface StackSink {
  /** Called when a stack is solved; its factor file is written, but not yet in the output. */
  void solved(StackRequest request, StackResult result);

  /**
   * Called when a stack has failed because of its own values, size or options, in a run that {@link
   * SolveSettings#continuesOnFailure continues} with the others. Unless overridden, throws {@code
   * failure} and so ends the run.
   *
   * @param failure the reason, with a message of one line
   */
  default void failed(StackRequest request, TrawlException failure) {
    throw failure;
  }

  /**
   * Called when a stack that is solved over the executors has finished an iteration.
   *
   * @param iteration its number, from 1
   * @param bestFit the largest fit among the members that took part; at least 0
   */
  default void iterated(StackRequest request, int iteration, double bestFit) {}
}
