package io.github.trawl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.denoise.DecompositionMethod;
import io.github.trawl.denoise.StackMemory;
import io.github.trawl.denoise.Verification;
import io.github.trawl.plan.PlanReport;
import io.github.trawl.plan.PlanSettings;
import io.github.trawl.plan.StackPlan;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

  // Accepted so that one file serves plan and denoise.
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
  @Option(names = "--verify", defaultValue = "structure", hidden = true)
  private Verification verification;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PlanSettings settings =
        new PlanSettings(
            method.isCp() ? method.rank() : OptionalInt.empty(),
            method.maxIterations(),
            method.isCp() ? resources.thresholdBytes() : Long.MAX_VALUE,
            resources.blockBytes(),
            estimate.hardware());
    Configuration hadoop = HadoopSettings.load();
    Checkpoint checkpoint = Checkpoint.open(model.path(), hadoop);
    StackPlan plan =
        StackPlan.create(model.architecture(checkpoint, hadoop), checkpoint, selection.selection());
    PlanReport report = new PlanReport(plan, settings);
    OptionalLong task = largestTask(plan, settings.distributedThreshold());
    if (json) {
      ObjectNode tree = report.json();
      task.ifPresent(bytes -> tree.put("task_off_heap_bytes", bytes));
      Output.print(spec, tree.toPrettyString());
    } else {
      Output.print(spec, report.text() + describe(task));
    }
  }

  /** The least off-heap bytes of the largest stack that is solved in one task. */
  private OptionalLong largestTask(StackPlan plan, long threshold) {
    return plan.stacks().stream()
        .filter(stack -> stack.bytes() <= threshold)
        .mapToLong(
            stack ->
                StackMemory.leastBytes(
                    stack, method.method(), method.rank().orElse(0), method.maxIterations()))
        .max();
  }

  private String describe(OptionalLong task) {
    if (task.isEmpty()) {
      return "";
    }
    long limit = resources.offHeapBytes();
    return String.format(
        Locale.ROOT,
        "%nSolving %s in one task takes at least %,d MiB outside the heap; --memory.off-heap is"
            + " %,d MiB%s%n",
        method.method() == DecompositionMethod.SVD ? "a matrix" : "the largest stack",
        (task.getAsLong() + (1 << 20) - 1) >> 20,
        limit >> 20,
        task.getAsLong() > limit ? ", which is too little" : "");
  }
}
