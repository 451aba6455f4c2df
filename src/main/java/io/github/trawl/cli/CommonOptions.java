package io.github.trawl.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The options that every command takes. */
@SuppressWarnings("UnusedVariable") // Declared for parsing and help; evaluated elsewhere.
final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Option(names = "--verbose", description = "Shows the stack trace of a failure.")
  private boolean verbose;

  // ConfigArguments expands these two before parsing; declared here for the help.
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with the keys of these flags; flags win over it.")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key; wins over flags and file.")
  private List<String> set;
}
