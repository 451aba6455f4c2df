package io.github.trawl.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Prints to the standard output of a command. */
final class Output {
  private Output() {}

  /** Prints a text with its credentials replaced, and ends it with a single line break. */
  static void print(CommandSpec spec, String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(Redaction.redact(text.stripTrailing()));
    out.flush();
  }
}
