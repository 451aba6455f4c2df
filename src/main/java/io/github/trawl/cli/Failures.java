package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.spark.JobFailure;
import io.github.trawl.sweep.ledger.Holder;
import io.github.trawl.sweep.ledger.LedgerHeldException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;

/** Turns a failure into one line on standard error and an exit code. */
final class Failures {
  private final PrintWriter err;
  private final boolean verbose;
  private String lastLine = "";
  private Optional<Holder> holder = Optional.empty();

  Failures(PrintWriter err, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  /** Reports wrong usage. */
  int reportUsage(String message) {
    print(message);
    return ErrorCategory.USAGE.exitCode();
  }

  /** Reports {@code failure}, with its stack trace where that was asked for. */
  int report(Throwable failure) {
    holder =
        failure instanceof LedgerHeldException held ? Optional.of(held.holder()) : Optional.empty();
    boolean known = failure instanceof TrawlException;
    String message =
        known
            ? oneLine(String.valueOf(failure.getMessage()))
            : JobFailure.isInterruption()
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

  /** Returns the last failure as it was printed; empty if there was none. */
  String lastLine() {
    return lastLine;
  }

  /**
   * Returns the run for whose sake the last failure was; empty if it was no refusal of that kind.
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
