package io.github.trawl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.denoise.DenoiseJob;
import io.github.trawl.denoise.DenoiseRequest;
import io.github.trawl.denoise.DenoiseSummary;
import io.github.trawl.denoise.FinishedOutput;
import io.github.trawl.denoise.Verification;
import io.github.trawl.spark.ContainerMemory;
import io.github.trawl.sweep.SweptPoint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Denoises a checkpoint. */
@Command(
    name = "denoise",
    description =
        "Stacks weight matrices, replaces the stacks by low-rank approximations, and writes the checkpoint.",
    sortOptions = false,
    customSynopsis =
        "trawl denoise --model URI --output URI (--rank R | --ratio P) [OPTIONS] | --from-sweep URI --output URI | --config FILE",
    footer = {
      "",
      "Example:",
      "  trawl denoise --model /models/bert --output /models/bert-denoised \\",
      "                --strategy layer --layers 11 --matrices fc --method cp --rank 160",
      "  trawl denoise --from-sweep /sweeps/bert --output /models/bert-denoised"
    })
final class DenoiseCommand implements Runnable {
  @Mixin private ModelOptions model;

  @Option(
      names = "--output",
      paramLabel = "URI",
      description = "Directory to write; it appears in one step at the end.")
  private String output;

  @Mixin private FromSweepOptions fromSweep;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Replaces an existing output.")
  private boolean overwrite;

  @Option(
      names = "--input-digest",
      arity = "0..1",
      paramLabel = "BOOL",
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Records the SHA-256 of the input in trawl.json; without it copying is faster (default:"
              + " ${DEFAULT-VALUE}).")
  private boolean inputDigest;

  @Option(
      names = "--keep-other-weights",
      arity = "0..1",
      paramLabel = "BOOL",
      description =
          "Also copies the model's weights in other formats, such as pytorch_model.bin, with their original values.")
  private boolean keepOtherWeights;

  @Option(
      names = "--verify",
      paramLabel = "WHAT",
      defaultValue = "structure",
      description =
          "How the written files are verified before the output appears: structure, or content, which reads shards and factors back (default: ${DEFAULT-VALUE}).")
  private Verification verification;

  @Mixin private SelectionOptions selection;
  @Mixin private MethodOptions method;
  @Mixin private ResourceOptions resources;

  @Mixin private SummaryOption summary;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    // Whatever can be found wrong without a cluster is reported before one is requested.
    Path target = Required.path("--output", output);
    summary.setOutput(target);
    Configuration hadoop = HadoopSettings.load();
    Optional<SweptPoint> point = fromSweep.point(spec, hadoop);
    DenoiseRequest request =
        new DenoiseRequest(
            point.isPresent() && !model.isGiven() ? point.get().model() : model.path(),
            target,
            overwrite,
            model.architectureFile(),
            point.map(each -> each.parts().get(0).selection()).orElseGet(selection::selection),
            point.map(each -> each.parts().get(0).options()).orElseGet(method::options),
            resources.limitsOfRun(),
            resources.threads(),
            inputDigest,
            keepOtherWeights,
            verification,
            point,
            effectiveFlags(point));
    String name =
        ApplicationName.ofDenoise(request.model(), request.selection(), request.options());
    long offHeap = request.limits().offHeapBytes();
    SparkConf conf = SparkSettings.create(name, offHeap);
    // If YARN has started the driver again, an earlier attempt may have finished the output, which
    // --overwrite must not replace again.
    boolean repeated = SchedulerAttempt.isRepeated();
    if ((repeated || !overwrite) && FinishedOutput.matches(request, repeated, hadoop)) {
      Output.print(spec, target + " is there already, written from this input with these options");
      SparkStart.startAndStopOnYarn(conf);
      return;
    }
    DenoiseJob.check(request, hadoop);
    ContainerMemory.check(conf, offHeap);
    try (JavaSparkContext spark = SparkStart.context(conf)) {
      summary.setApplication(spark);
      DenoiseSummary done = new DenoiseJob(spark, TerminalProgress.create()).run(request);
      Output.print(spec, describe(done, target));
      point.ifPresent(
          each ->
              Output.print(
                  spec, "It is point " + each.id() + "; README.md there is its model card"));
    }
  }

  /** Returns the effective values of the flags, by key. */
  private ObjectNode effectiveFlags(Optional<SweptPoint> point) {
    ObjectNode flagValues = flags();
    point.ifPresent(each -> FromSweepOptions.putPointValues(each, flagValues));
    return flagValues;
  }

  private ObjectNode flags() {
    ObjectNode flagValues = new ObjectMapper().createObjectNode();
    for (OptionSpec option : spec.options()) {
      String key = option.longestName().replaceFirst("^--", "");
      Object value = option.getValue();
      // The summary file does not influence the result, so the request does not include it.
      boolean isSummary = option.longestName().equals(SummaryOption.NAME);
      boolean given =
          value != null && !isSummary && !(value instanceof List<?> list && list.isEmpty());
      // A flag that takes no value, such as --verbose, does not influence the result.
      if (given && !option.usageHelp() && option.arity().max() > 0) {
        String text =
            value instanceof ByteSize size
                ? size.bytes() + "b"
                : value instanceof Enum<?> constant
                    ? constant.name().toLowerCase(Locale.ROOT)
                    : value instanceof DecompositionMethod chosen
                        ? chosen.key()
                        : value instanceof List<?> list
                            ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                            : value.toString();
        flagValues.put(key, Redaction.redact(text));
      }
    }
    return flagValues;
  }

  private static String describe(DenoiseSummary summary, Path target) {
    StringBuilder text = new StringBuilder();
    boolean writesCheckpoint = summary.members() == 1;
    text.append(
        writesCheckpoint
            ? String.format(
                Locale.ROOT,
                "Replaced %d matrices from %d stacks, mean fit %.4f%n",
                summary.matrices(),
                summary.stacks(),
                summary.meanFit())
            : String.format(
                Locale.ROOT,
                "Made %d decompositions of each of %d stacks, mean of the best fits %.4f%n",
                summary.members(),
                summary.stacks(),
                summary.meanFit()));
    for (DenoiseSummary.Step step : summary.steps()) {
      text.append(String.format(Locale.ROOT, "  %-28s %8.2f s%n", step.name(), step.seconds()));
    }
    summary.remarks().forEach(remark -> text.append("Note: ").append(remark).append('\n'));
    String place = Redaction.redact(target.toString());
    text.append(
        writesCheckpoint
            ? "The denoised checkpoint is " + place
            : "Their factors are in %s, without a checkpoint; trawl evaluate --factors %s compares them"
                .formatted(place, place));
    return text.toString();
  }
}
