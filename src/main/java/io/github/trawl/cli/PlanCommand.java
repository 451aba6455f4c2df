package io.github.trawl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.denoise.Verification;
import io.github.trawl.plan.Hardware;
import io.github.trawl.plan.PlanReads;
import io.github.trawl.plan.PlanReport;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.spark.ContainerMemory;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the stacks that a denoise run would decompose. */
@Command(
    name = "plan",
    description = "Shows the stacks, their shapes, sizes and expected cost; changes nothing.",
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  trawl plan --model /models/bert-base-uncased --strategy segment --matrices fc --rank 64 \\",
      "             --executors 4 --cores 8"
    })
final class PlanCommand implements Runnable {
  @Mixin private ModelOptions model;
  @Mixin private SelectionOptions selection;
  @Mixin private MethodOptions method;

  @Mixin private ResourceOptions resources;
  @Mixin private EstimateOptions estimate;

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Prints JSON instead of a table.")
  private boolean json;

  // This and the hidden options below have no effect; they let one --config file serve plan and
  // denoise.
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--output", hidden = true)
  private String output;

  @SuppressWarnings("UnusedVariable")
  @Option(names = "--overwrite", arity = "0..1", hidden = true)
  private boolean overwrite;

  @SuppressWarnings("UnusedVariable")
  @Option(
      names = "--input-digest",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      hidden = true)
  private boolean inputDigest;

  @SuppressWarnings("UnusedVariable")
  @Option(names = "--keep-other-weights", arity = "0..1", hidden = true)
  private boolean keepOtherWeights;

  @SuppressWarnings("UnusedVariable")
  @Option(names = SummaryOption.NAME, hidden = true)
  private String summary;

  @SuppressWarnings("UnusedVariable")
  @Option(names = "--verify", defaultValue = "structure", hidden = true)
  private Verification verification;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Configuration hadoop = HadoopSettings.load();
    Checkpoint checkpoint = Checkpoint.open(model.path(), hadoop);
    StackPlan stacks =
        StackPlan.create(model.architecture(checkpoint, hadoop), checkpoint, selection.selection());
    SolvePlan plan =
        method
            .optionsIfRanked()
            .map(options -> SolvePlan.of(stacks, options, resources.limits()))
            .orElseGet(() -> SolvePlan.withoutRank(stacks, method.method(), resources.limits()));
    Hardware hardware = estimate.hardware();
    PlanReport report = new PlanReport(plan, resources.limits().offHeapBytes(), hardware);
    PlanReads reads = PlanReads.of(plan, hardware.slots());
    if (json) {
      ObjectNode tree = report.json();
      tree.set("reading", reads.json());
      Output.print(spec, tree.toPrettyString());
    } else {
      Output.print(spec, report.text() + reads.text() + executorMemory());
    }
  }

  private String executorMemory() {
    long offHeap = resources.limits().offHeapBytes();
    return String.format(
        Locale.ROOT,
        "On YARN and Kubernetes --memory.off-heap of %,d MiB needs spark.executor.memoryOverhead of"
            + " %,d MiB or more%n",
        offHeap >> 20,
        (ContainerMemory.overheadBytes(offHeap) + (1 << 20) - 1) >> 20);
  }
}
