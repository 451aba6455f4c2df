package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.plan.InspectReport;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a checkpoint holds and what can be stacked. */
@Command(
    name = "inspect",
    description =
        "Shows the tensors of a checkpoint, their roles and sizes, and what can be stacked.",
    sortOptions = false,
    footer = {"", "Example:", "  trawl inspect --model /models/bert-base-uncased"})
final class InspectCommand implements Runnable {
  @Mixin private ModelOptions model;

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Prints JSON instead of a table.")
  private boolean json;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Configuration hadoop = HadoopSettings.load();
    Checkpoint checkpoint = Checkpoint.open(model.path(), hadoop);
    InspectReport report = report(checkpoint, hadoop);
    Output.print(spec, json ? report.json().toPrettyString() : report.text());
  }

  /** Reports on a checkpoint of an unknown architecture, too, unless the user has named a file. */
  private InspectReport report(Checkpoint checkpoint, Configuration hadoop) {
    Architecture architecture;
    try {
      architecture = model.architecture(checkpoint, hadoop);
    } catch (TrawlException e) {
      if (model.architectureFile().isPresent() || e.category() != ErrorCategory.BAD_INPUT) {
        throw e;
      }
      return InspectReport.withoutArchitecture(checkpoint, e.getMessage());
    }
    return InspectReport.create(checkpoint, architecture);
  }
}
