package io.github.trawl.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The parent of all commands; given alone, it reports that a command is missing. */
@Command(
    name = "trawl",
    description =
        "Denoises the weights of transformer checkpoints by tensor decomposition on Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = {
      InspectCommand.class,
      PlanCommand.class,
      DenoiseCommand.class,
      EvaluateCommand.class,
      SweepCommand.class,
      ReportCommand.class,
      CleanCommand.class,
      ImportCommand.class
    },
    footer = {
      "",
      "Spark's own options (--master, --conf, --executor-memory ...) come before the command:",
      "  jobs/trawl --master spark://host:7077 denoise --model hdfs:///m --output hdfs:///m2 --rank 64",
      "",
      "Exit codes: 0 done, 2 wrong usage or configuration, 3 bad input, 4 a sweep is not complete, 1 anything else."
    })
final class TrawlCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "missing command: one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
