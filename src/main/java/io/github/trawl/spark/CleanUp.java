package io.github.trawl.spark;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs clean-up steps whose failure must not hide the outcome of the work before them. */
public final class CleanUp {
  private static final Logger LOG = LoggerFactory.getLogger(CleanUp.class);

  private CleanUp() {}

  /**
   * Runs a step of a clean-up. Its failure is logged and goes no further: it must neither throw a
   * result away nor take the place of the error that led here. Where the process was told to end,
   * nothing is done: Spark frees all that it holds itself, and would complain.
   *
   * @param what is done, as a verb with its object, for the log
   */
  public static void run(String what, Runnable step) {
    if (JobFailure.isInterruption()) {
      return;
    }
    try {
      step.run();
    } catch (Exception e) {
      // Spark's Scala code throws checked exceptions without declaring them.
      LOG.warn("could not {}, which does no harm to the result: {}", what, e.toString());
    }
  }
}
