package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.spark.JobFailure;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Turns a failure into one line on standard error and an exit code. */
final class Failures {
  private final PrintWriter err;
  private final boolean verbose;

  Failures(PrintWriter err, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  /** Reports wrong usage. */
  int reportUsage(String message) {
    err.println("trawl: " + Redaction.redact(message));
    return ErrorCategory.USAGE.exitCode();
  }

  /** Reports {@code failure}, with its stack trace where that was asked for. */
  int report(Throwable failure) {
    boolean known = failure instanceof TrawlException;
    String message =
        known
            ? oneLine(String.valueOf(failure.getMessage()))
            : JobFailure.isInterruption()
                ? "interrupted"
                : "unexpected failure: " + oneLine(failure.toString()) + " (--verbose shows where)";
    err.println("trawl: " + Redaction.redact(message));
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.println(Redaction.redact(trace.toString()));
    }
    ErrorCategory category =
        failure instanceof TrawlException trawl ? trawl.category() : ErrorCategory.SYSTEM;
    return category.exitCode();
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
