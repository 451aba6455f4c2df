package io.github.trawl.solve;

import io.github.trawl.TrawlException;

/**
 * Takes the outcome of each stack as it arrives, in the thread that called {@link StackSolver#run}.
 * An exception that a method throws ends the run and is thrown by {@code run}.
 */
public interface StackSink {
  /** Called when a stack is solved; its factor file is written but not published yet. */
  void solved(StackRequest request, StackResult result);

  /**
   * Called when a stack has failed by itself, in a run that goes on with the others.
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
   * @param bestFit the largest fit among the members
   */
  default void iterated(StackRequest request, int iteration, double bestFit) {}
}
