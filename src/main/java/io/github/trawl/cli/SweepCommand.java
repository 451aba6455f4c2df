package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.EvaluationSession;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.natives.NativeLibraries;
import io.github.trawl.spark.ContainerMemory;
import io.github.trawl.sweep.ResultFile;
import io.github.trawl.sweep.SweepJob;
import io.github.trawl.sweep.SweepPlan;
import io.github.trawl.sweep.SweepRequest;
import io.github.trawl.sweep.SweepStatus;
import io.github.trawl.sweep.SweepSummary;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a sweep over a grid of edits, or resumes one. */
@Command(
    name = "sweep",
    description =
        "Measures a grid of edits of a checkpoint and picks the best. A run that ended early is resumed by the same command.",
    sortOptions = false,
    customSynopsis = {
      "trawl sweep --config FILE --model URI --output URI [--plan] [OPTIONS]",
      "       trawl sweep --status URI"
    },
    footer = {
      "",
      "Example:",
      "  trawl sweep --config conf/sweeps/quickstart.yaml --model /models/bert --output /sweeps/bert",
      "  trawl sweep --status /sweeps/bert",
      "",
      "Exit codes: 0 the grid is complete, 4 points failed or a stop rule ended the run."
    })
final class SweepCommand implements Runnable {
  @Mixin private ModelOptions model;

  @Option(
      names = "--output",
      paramLabel = "URI",
      description = "Directory of the sweep; a sweep that is there already is resumed.")
  private String output;

  @Option(
      names = "--grid",
      paramLabel = "FILE",
      description = "YAML file with the grid (default: the --config file, if it has the key grid).")
  private String grid;

  @Option(
      names = "--plan",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Prints what the sweep would do and cost; changes nothing.")
  private boolean planOnly;

  @Option(
      names = "--yes",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Runs the grid even if it is so large that it would be refused.")
  private boolean yes;

  @Option(
      names = "--status",
      paramLabel = "URI",
      description =
          "Only prints how far the sweep in this directory has come. Exit codes: 0 complete, 4 not.")
  private String status;

  @Mixin private EvaluationOptions evaluation;
  @Mixin private SweepOptions sweep;
  @Mixin private ResourceOptions resources;
  @Mixin private EstimateOptions estimate;
  @Mixin private MlflowOptions mlflow;

  @Option(
      names = "--stale-after",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "Seconds without a sign of life of this run after which another one may take over its output (default: ${DEFAULT-VALUE}).")
  private int staleAfter;

  @Mixin private SummaryOption summary;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Configuration hadoop = HadoopSettings.load();
    if (status != null) {
      Path place = Required.path("--status", status);
      summary.setOutput(place);
      SweepStatus state = SweepStatus.of(place, hadoop);
      state.outcome().ifPresent(summary::setSweep);
      Output.print(spec, state.text());
      if (!state.isComplete()) {
        throw new TrawlException(ErrorCategory.PARTIAL, status + ": " + state.line());
      }
      return;
    }
    NativeLibraries.requireBundled();
    // Whatever can be found wrong without a cluster is reported before one is requested.
    SweepRequest request = request(hadoop);
    mlflow.address(); // Throws if it is wrong.
    SparkConf conf =
        SparkSettings.create(
            ApplicationName.ofSweep(model.path(), request.output()),
            request.limits().offHeapBytes());
    if (!planOnly) {
      evaluation.applyTo(conf);
    }
    if (conf.get("spark.master").startsWith("local")) {
      LanguageModels.requireSupport();
    }
    try (EvaluationSession session = EvaluationSession.prepare(request.evaluation(), hadoop)) {
      SweepPlan plan = SweepPlan.prepare(request, session, hadoop);
      if (planOnly) {
        Output.print(spec, plan.text(estimate.hardware()));
        return;
      }
      if (!yes) {
        plan.requirePlausibleSize(estimate.hardware());
      }
      session.requireMemory();
      // With --device gpu, too: stacks are solved in main memory.
      ContainerMemory.check(conf, request.limits().offHeapBytes());
      try (JavaSparkContext spark = SparkStart.context(conf)) {
        summary.setApplication(spark);
        SweepSummary end =
            new SweepJob(spark, TerminalProgress.create()).run(request, session, plan);
        summary.setSweep(end.outcome());
        Output.print(spec, end.text());
        mlflow.publish(request.output(), ResultFile.read(request.output(), hadoop));
        end.incomplete()
            .ifPresent(
                line -> {
                  throw new TrawlException(ErrorCategory.PARTIAL, line);
                });
      }
    }
  }

  private SweepRequest request(Configuration hadoop) {
    Path target = Required.path("--output", output);
    summary.setOutput(target);
    if (grid == null) {
      throw usage(
          "missing --grid: give a --config file with the key grid, such as conf/sweeps/quickstart.yaml");
    }
    if (staleAfter < 5) {
      throw usage("--stale-after is " + staleAfter + "; it must be at least 5 seconds");
    }
    return new SweepRequest(
        target,
        GridFile.read(grid, hadoop),
        sweep.settings(),
        evaluation.request(model, List.of(), resources.limits().offHeapBytes(), hadoop),
        planOnly ? resources.limits() : resources.limitsOfRun(),
        resources.threads(),
        Duration.ofSeconds(staleAfter),
        Redaction.redact(GridFile.text(grid, hadoop)));
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
