package io.github.trawl.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the command line and of {@code spark-submit}. */
public final class Main {
  private Main() {}

  /**
   * Runs a command. Returns normally if it succeeds, because cluster managers take a driver for
   * failed if it calls {@link System#exit}, even with 0. Otherwise ends the process with the exit
   * code.
   *
   * @throws FailedRunException in place of ending the process, if the driver runs within YARN's
   *     application master, which reports the exception to the submitter
   */
  public static void main(String[] arguments) {
    // Numbers are printed alike wherever a scheduler runs the driver.
    Locale.setDefault(Locale.ROOT);
    FailureReporter failures = new FailureReporter(writer(System.err), isVerbose(arguments));
    int exitCode = run(arguments, System.out, System.err, failures);
    if (exitCode != 0 && SchedulerAttempt.isYarnCluster()) {
      throw new FailedRunException(failures.lastLine(), exitCode);
    }
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  /**
   * Runs a command.
   *
   * @return the exit code: 0 if the command succeeded, else that of the {@link
   *     io.github.trawl.ErrorCategory category} of its failure
   */
  public static int run(String[] arguments, PrintStream out, PrintStream err) {
    return run(arguments, out, err, new FailureReporter(writer(err), isVerbose(arguments)));
  }

  private static int run(
      String[] arguments, PrintStream out, PrintStream err, FailureReporter failures) {
    CommandLine commands = new CommandLine(new TrawlCommand());
    commands.setOut(writer(out));
    commands.setErr(writer(err));
    EnumConverter.register(commands);
    // The last value wins: ConfigArguments puts the file first, then flags, then --set.
    commands.setOverwrittenOptionsAllowed(true);
    // From a file @FILE of arguments, --config, --set and --summary would be lost.
    commands.setExpandAtFiles(false);
    commands.setUsageHelpWidth(110);
    for (CommandLine command : commands.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    }
    commands.setExecutionExceptionHandler((failure, command, parsed) -> failures.report(failure));
    commands.setParameterExceptionHandler((failure, rest) -> reportUsage(failures, failure));
    return new SummarizedRun(commands, failures).run(arguments);
  }

  private static int reportUsage(FailureReporter failures, ParameterException failure) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    String message =
        failure instanceof UnmatchedArgumentException unmatched
            ? describe(unmatched, command)
            : failure.getMessage().lines().findFirst().orElse("wrong usage");
    return failures.reportUsage(message + "; see " + command.qualifiedName() + " --help");
  }

  private static String describe(UnmatchedArgumentException failure, CommandSpec command) {
    String kind =
        failure.isUnknownOption()
            ? "unknown option"
            : command.parent() == null ? "unknown command" : "unexpected argument";
    List<String> alike = failure.getSuggestions();
    return kind
        + " '"
        + failure.getUnmatched().get(0)
        + "'"
        + (alike.isEmpty() ? "" : ", did you mean " + String.join(" or ", alike) + "?");
  }

  private static boolean isVerbose(String[] arguments) {
    return List.of(arguments).contains("--verbose");
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
