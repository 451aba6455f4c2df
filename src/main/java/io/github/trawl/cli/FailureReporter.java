package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.spark.JobFailure;
import io.github.trawl.sweep.ledger.Holder;
import io.github.trawl.sweep.ledger.LedgerHeldException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;

/** Prints a failure as one line on standard error and determines the exit code. */
final class FailureReporter {
  private final PrintWriter err;
  private final boolean verbose;
  private String lastLine = "";
  private Optional<Holder> holder = Optional.empty();

  FailureReporter(PrintWriter err, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  /** Prints a message about wrong usage and returns the exit code. */
  int reportUsage(String message) {
    print(message);
    return ErrorCategory.USAGE.exitCode();
  }

  /** Prints {@code failure}, with its stack trace if verbose, and returns the exit code. */
  int report(Throwable failure) {
    holder =
        failure instanceof LedgerHeldException held ? Optional.of(held.holder()) : Optional.empty();
    boolean known = failure instanceof TrawlException;
    String message =
        known
            ? oneLine(String.valueOf(failure.getMessage()))
            : JobFailure.isShuttingDown()
                ? "interrupted"
                : MissingFileSystem.remedy(failure)
                    .orElseGet(
                        () ->
                            "unexpected failure: "
                                + oneLine(failure.toString())
                                + " (--verbose shows where)");
    print(message);
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.println(Redaction.redact(trace.toString()));
    }
    ErrorCategory category =
        failure instanceof TrawlException trawl ? trawl.category() : ErrorCategory.SYSTEM;
    return category.exitCode();
  }

  /** Returns the line that was printed last; empty if none was. */
  String lastLine() {
    return lastLine;
  }

  /**
   * Returns the run that holds the output, if the last failure was that another run holds it; else
   * empty.
   */
  Optional<Holder> holder() {
    return holder;
  }

  private void print(String message) {
    lastLine = "trawl: " + Redaction.redact(message);
    err.println(lastLine);
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
