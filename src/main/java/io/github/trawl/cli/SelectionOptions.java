package io.github.trawl.cli;

import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import picocli.CommandLine.Option;

/** The options that say which matrices are stacked. */
final class SelectionOptions {
  @Option(
      names = "--strategy",
      paramLabel = "S",
      defaultValue = "layer",
      description =
          "Which layers share a stack: layer, each alone; segment, each third of the model; or model, all of them (default: ${DEFAULT-VALUE}).")
  private Strategy strategy;

  @Option(
      names = "--matrices",
      paramLabel = "M",
      defaultValue = "fc",
      description = "fc, qkvo or roles such as up,down (default: ${DEFAULT-VALUE}).")
  private String matrices;

  @Option(
      names = "--layers",
      paramLabel = "L",
      defaultValue = "all",
      description = "all, last:N, 0-3,11, early, middle or late (default: ${DEFAULT-VALUE}).")
  private String layers;

  StackSelection selection() {
    return new StackSelection(strategy, matrices, layers);
  }
}
