package io.github.trawl.cli;

import io.github.trawl.evaluation.EvaluationEstimate;
import io.github.trawl.evaluation.EvaluationJob;
import io.github.trawl.evaluation.EvaluationOutput;
import io.github.trawl.evaluation.EvaluationPlan;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.ResultsTable;
import io.github.trawl.evaluation.TaskReport;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.natives.NativeLibraries;
import io.github.trawl.plan.Hardware;
import io.github.trawl.spark.ContainerMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Evaluates a checkpoint on tasks. */
@Command(
    name = "evaluate",
    description = "Measures what a checkpoint, and edits of it, score on tasks.",
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  trawl evaluate --model /models/bert --task world-facts --output bert.json",
      "  trawl evaluate --model /models/bert --task qa-wikidata --data qa.jsonl --factors /models/bert-denoised"
    })
final class EvaluateCommand implements Runnable {
  @Mixin private ModelOptions model;

  @Mixin private EvaluationOptions evaluation;

  @Option(
      names = "--factors",
      paramLabel = "URI",
      description =
          "Output of trawl denoise: also evaluates the model with these factors, without writing a checkpoint; repeat it, or use commas, for several.")
  private List<String> factors = new ArrayList<>();

  @Option(
      names = "--plan",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Prints the memory, reading and time that the evaluation needs; runs nothing.")
  private boolean planOnly;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "JSON file for the results, in the format of lm-evaluation-harness.")
  private String output;

  @Option(
      names = "--examples",
      paramLabel = "URI",
      description =
          "Parquet directory for the result of every example (default: beside the output).")
  private String examples;

  @Option(
      names = "--log-samples",
      paramLabel = "URI",
      description =
          "Directory for the result of every example in the format of lm-evaluation-harness: samples_TASK_TIME.jsonl, those of edits in directories of their names.")
  private String samples;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Replaces existing results.")
  private boolean overwrite;

  @Option(
      names = "--memory.off-heap",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "4g",
      description =
          "Memory outside the Java heap, or of a GPU, that a process may use for weights and hidden states (default: ${DEFAULT-VALUE}).")
  private ByteSize offHeap;

  @Mixin private EstimateOptions estimate;

  @Mixin private SummaryOption summary;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    NativeLibraries.requireBundled();
    // Whatever can be found wrong without a cluster is reported before one is requested.
    EvaluationOutput target =
        EvaluationOutput.of(
            path("--output", output),
            path("--examples", examples),
            path("--log-samples", samples),
            overwrite);
    target.results().ifPresent(summary::setOutput);
    Configuration hadoop = HadoopSettings.load();
    EvaluationRequest request = evaluation.request(model, factors, offHeap.bytes(), hadoop);
    target.check(hadoop);
    SparkConf conf = sparkConf();
    if (!planOnly) {
      evaluation.applyTo(conf);
    }
    if (conf.get("spark.master").startsWith("local")) {
      LanguageModels.requireSupport();
    }
    long start = System.currentTimeMillis();
    try (EvaluationPlan plan = EvaluationPlan.prepare(request, hadoop)) {
      if (planOnly) {
        Hardware hardware = estimate.hardware();
        Output.print(
            spec,
            new EvaluationEstimate(plan)
                .text(hardware, evaluation.threads(hardware.cores(), conf)));
        return;
      }
      plan.requireMemory();
      // On a GPU the limit is on the memory of the GPU, not of the container.
      if (evaluation.device() != DeviceChoice.GPU) {
        ContainerMemory.check(conf, request.memoryBytes());
      }
      SparkSession spark = SparkStart.session(conf);
      try (JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext())) {
        summary.setApplication(context);
        List<TaskReport> reports = new EvaluationJob(context, TerminalProgress.create()).run(plan);
        long end = System.currentTimeMillis();
        // Printed first, so that the results of a long run are seen even if the files can't be
        // written.
        Output.print(spec, ResultsTable.render(reports, plan.groups()));
        target.write(spark, request, plan.prompting(), reports, plan.groups(), start, end);
      }
    }
  }

  private SparkConf sparkConf() {
    String name = ApplicationName.ofEvaluate(model.path(), evaluation.tasks(), factors.size());
    return SparkSettings.create(name, offHeap.bytes());
  }

  private static Optional<Path> path(String flag, String value) {
    return Optional.ofNullable(value).map(text -> Required.path(flag, text));
  }
}
