package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.EvaluationJob;
import io.github.trawl.evaluation.EvaluationOutput;
import io.github.trawl.evaluation.EvaluationPlan;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.ResultsTable;
import io.github.trawl.evaluation.TaskReport;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.natives.NativeLibraries;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.spark.ContainerMemory;
import java.util.ArrayList;
import java.util.Iterator;
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

  @Option(
      names = "--task",
      paramLabel = "TASK",
      completionCandidates = BuiltIn.class,
      description =
          "A YAML file or a built-in task (${COMPLETION-CANDIDATES}); repeat it, or use commas, for several. A comma belongs to a path that exists.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "JSON or JSONL file with the rows of the task, in place of the file that the task names.")
  private String data;

  @Option(
      names = "--answer-tokenizer",
      paramLabel = "URI",
      description =
          "Directory of the tokenizer that counts the tokens of answers for a task's max_answer_tokens (default: the model's; LASER uses LLaMA-2's).")
  private String answerTokenizer;

  @Option(names = "--limit", paramLabel = "N", description = "Evaluates only the first N examples.")
  private Integer limit;

  @Option(
      names = "--factors",
      paramLabel = "URI",
      description =
          "Output of trawl denoise: also evaluates the model with these factors, without writing a checkpoint; repeat it, or use commas, for several.")
  private List<String> factors = new ArrayList<>();

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
      names = "--overwrite",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Replaces existing results.")
  private boolean overwrite;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "The most sequences in a batch (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Native threads of a task; sets spark.task.cpus (default: an executor's cores).")
  private Integer threads;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "The most tokens that the model reads at a time, and so the length of perplexity's windows (default: its context).")
  private Integer maxLength;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "Where the model computes: cpu, gpu, or auto, which takes a GPU if there is one and Trawl was built for it (default: ${DEFAULT-VALUE}).")
  private DeviceChoice device;

  @Option(
      names = "--memory.off-heap",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "4g",
      description =
          "Memory outside the Java heap, or of a GPU, that a process may use for weights and hidden states (default: ${DEFAULT-VALUE}).")
  private ByteSize offHeap;

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    NativeLibraries.requireBundled();
    // Whatever can be found wrong without a cluster is reported before one is requested.
    EvaluationOutput target =
        EvaluationOutput.of(path("--output", output), path("--examples", examples), overwrite);
    Configuration hadoop = HadoopSettings.load();
    EvaluationRequest request = request(new PathList(hadoop));
    target.check(hadoop);
    SparkConf conf = sparkConf();
    if (conf.get("spark.master").startsWith("local")) {
      LanguageModels.requireSupport();
    }
    long start = System.currentTimeMillis();
    try (EvaluationPlan plan = EvaluationPlan.prepare(request, hadoop)) {
      if (device != DeviceChoice.GPU) {
        ContainerMemory.check(conf, request.memoryBytes());
      }
      SparkSession spark = SparkStart.session(conf);
      try (JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext())) {
        List<TaskReport> reports = new EvaluationJob(context, TerminalProgress.create()).run(plan);
        long end = System.currentTimeMillis();
        // Printed first, so that the results of a long run are seen even if the files can't be
        // written.
        Output.print(spec, ResultsTable.render(reports));
        target.write(spark, request, reports, start, end);
      }
    }
  }

  private EvaluationRequest request(PathList lists) {
    if (tasks.isEmpty()) {
      throw usage("missing --task: give it as a flag or in the --config file");
    }
    if (limit != null && limit < 1) {
      throw usage("--limit is " + limit + "; it must be at least 1");
    }
    if (batchSize < 1) {
      throw usage("--batch-size is " + batchSize + "; it must be at least 1");
    }
    if (maxLength != null && maxLength < 2) {
      throw usage("--max-length is " + maxLength + "; it must be at least 2");
    }
    if (threads != null && threads < 1) {
      throw usage("--threads is " + threads + "; it must be at least 1");
    }
    return new EvaluationRequest(
        model.path(),
        model.architectureFile(),
        lists.split(tasks),
        Optional.ofNullable(data),
        path("--answer-tokenizer", answerTokenizer),
        Optional.ofNullable(limit),
        Optional.ofNullable(maxLength),
        lists.split(factors),
        batchSize,
        device,
        offHeap.bytes());
  }

  private SparkConf sparkConf() {
    String name = ApplicationName.ofEvaluate(model.path(), tasks, factors.size());
    SparkConf conf = SparkSettings.create(name, offHeap.bytes());
    if (threads != null) {
      conf.set("spark.task.cpus", threads.toString());
    }
    conf.setIfMissing("spark.task.cpus", Integer.toString(ExecutorCores.of(conf)));
    if (conf.contains("spark.executor.resource.gpu.amount")) {
      conf.setIfMissing("spark.task.resource.gpu.amount", "1");
    }
    return conf;
  }

  /** The names of the built-in tasks. */
  static final class BuiltIn implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Task.builtIn().iterator();
    }
  }

  private static Optional<Path> path(String flag, String value) {
    return Optional.ofNullable(value).map(text -> Required.path(flag, text));
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
