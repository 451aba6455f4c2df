package io.github.trawl.cli;

import io.github.trawl.TrawlException;
import java.util.Optional;
import picocli.CommandLine;

/** Runs a command and writes the summary that its arguments ask for, even if the command fails. */
final class SummarizedRun {
  private final CommandLine commands;
  private final FailureReporter failures;

  SummarizedRun(CommandLine commands, FailureReporter failures) {
    this.commands = commands;
    this.failures = failures;
  }

  /**
   * Runs the command that the arguments name.
   *
   * @return the exit code of the command; if it succeeded but the summary can't be written, that of
   *     this failure
   */
  int run(String[] arguments) {
    String[] expanded = arguments;
    Optional<Throwable> refusal = Optional.empty();
    Optional<RunSummary> summary;
    try {
      SparkVersion.check();
      expanded = ConfigArguments.expand(arguments, commands);
    } catch (RuntimeException | Error e) {
      refusal = Optional.of(e);
    }
    try {
      summary = RunSummary.of(expanded, commands);
      summary.ifPresent(RunSummary::begin);
    } catch (RuntimeException | Error e) {
      return failures.report(refusal.orElse(e));
    }
    int exitCode = refusal.isPresent() ? failures.report(refusal.get()) : execute(expanded);
    try {
      summary.ifPresent(file -> end(file, exitCode));
      return exitCode;
    } catch (TrawlException e) {
      int unwritten = failures.report(e);
      return exitCode == 0 ? unwritten : exitCode;
    }
  }

  /** Runs the command; picocli hands exceptions to {@link FailureReporter}, but no errors. */
  private int execute(String[] arguments) {
    try {
      return commands.execute(arguments);
    } catch (Error e) {
      return failures.report(e);
    }
  }

  /**
   * Writes the final summary, unless the run was refused because another run holds the output: then
   * the file must go on showing the other run.
   */
  private void end(RunSummary summary, int exitCode) {
    boolean belongsToOtherRun =
        failures.holder().filter(holder -> summary.restoreIfHeld(holder.since())).isPresent();
    if (!belongsToOtherRun) {
      summary.end(exitCode, failures.lastLine());
    }
  }
}
