package io.github.trawl.spark;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs clean-up steps whose failure must not hide the outcome of the work before them. */
public final class CleanUp {
  private static final Logger LOG = LoggerFactory.getLogger(CleanUp.class);

  private CleanUp() {}

  /**
   * Runs a step of a clean-up. An exception of the step is logged and not thrown: it must neither
   * discard a result nor hide the error that led to the clean-up. If the process was told to end,
   * the step is skipped: Spark is then freeing all that it holds, and the step might fail.
   *
   * @param what the step does, as a verb with its object, for the log
   */
  public static void run(String what, Runnable step) {
    if (JobFailure.isShuttingDown()) {
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
