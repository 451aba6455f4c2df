package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.NumberChoice;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.FewShotOptions;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.spark.ExecutorSettings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say on which tasks a model is evaluated, and how. */
final class EvaluationOptions {
  @Option(
      names = "--task",
      paramLabel = "TASK",
      completionCandidates = BuiltInTaskNames.class,
      description =
          "A YAML file of a task or a group of tasks, or a built-in task (${COMPLETION-CANDIDATES}); repeat it, or use commas, for several. A comma that is part of an existing path does not separate.")
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

  @Option(
      names = "--num-fewshot",
      paramLabel = "N",
      description =
          "Examples before each question, in place of a task's num_fewshot unless that is 0 (default: each task's num_fewshot).")
  private Integer shots;

  @Option(
      names = "--fewshot-seed",
      paramLabel = "N",
      defaultValue = "1234",
      description = "Seed by which examples are drawn (default: ${DEFAULT-VALUE}).")
  private int shotsSeed;

  @Option(names = "--limit", paramLabel = "N", description = "Evaluates only the first N examples.")
  private Integer limit;

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
          "The most tokens that the model reads at a time; also the window length of perplexity tasks (default: its context).")
  private Integer maxLength;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "Where the model computes: cpu, gpu, or auto, which takes a GPU if there is one and Trawl was built for it (default: ${DEFAULT-VALUE}).")
  private DeviceChoice device;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description =
          "In which numbers the model computes: float32, bfloat16 or float16; or auto, which takes the type of the checkpoint if that is one of the latter two and the device is faster with it (default: ${DEFAULT-VALUE}).")
  private NumberChoice numbers;

  @Option(
      names = "--weights",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description =
          "Where the weights are kept: memory, which holds all; stream, which reads one layer at a time for all batches; or auto, which streams a model that does not fit --memory.off-heap (default: ${DEFAULT-VALUE}).")
  private WeightMode weights;

  @Mixin private PromptOptions prompts;

  /**
   * Reserves for each Spark task the cores and the GPU with which it runs a model: as many cores as
   * {@code --threads} or {@code spark.task.cpus} says, or all of an executor, and one GPU if
   * executors have any.
   *
   * @throws TrawlException of category USAGE if the cores of an executor are needed and not known
   */
  void applyTo(SparkConf conf) {
    if (threads != null) {
      conf.set("spark.task.cpus", threads.toString());
    }
    if (!conf.contains("spark.task.cpus")) {
      conf.set("spark.task.cpus", Integer.toString(ExecutorSettings.cores(conf)));
    }
    if (conf.contains("spark.executor.resource.gpu.amount")) {
      conf.setIfMissing("spark.task.resource.gpu.amount", "1");
    }
  }

  /**
   * Returns the native threads of a task, as {@link #applyTo} reserves them.
   *
   * @param cores the cores of an executor
   * @param given the configuration before {@link #applyTo}
   */
  int threads(int cores, SparkConf given) {
    return threads == null ? given.getInt("spark.task.cpus", cores) : threads;
  }

  DeviceChoice device() {
    return device;
  }

  /** Returns the values of {@code --task} as the user gave them, not yet split at commas. */
  List<String> tasks() {
    return List.copyOf(tasks);
  }

  /**
   * Returns the request that the options describe.
   *
   * @param factors locations of the factors to evaluate the model with, not yet split at commas
   * @param memoryBytes bytes that a process may use for weights and hidden states
   * @throws TrawlException of category USAGE if a flag is missing or wrong
   */
  EvaluationRequest request(
      ModelOptions model, List<String> factors, long memoryBytes, Configuration hadoop) {
    if (tasks.isEmpty()) {
      throw usage("missing --task: give it as a flag or in the --config file");
    }
    requireAtLeast("--num-fewshot", shots, 0);
    requireAtLeast("--fewshot-seed", shotsSeed, 0);
    requireAtLeast("--limit", limit, 1);
    requireAtLeast("--batch-size", batchSize, 1);
    requireAtLeast("--max-length", maxLength, 2);
    requireAtLeast("--threads", threads, 1);
    PathList lists = new PathList(hadoop);
    return new EvaluationRequest(
        model.path(),
        model.architectureFile(),
        lists.split(tasks),
        Optional.ofNullable(data),
        Optional.ofNullable(answerTokenizer).map(text -> Required.path("--answer-tokenizer", text)),
        new FewShotOptions(Optional.ofNullable(shots), shotsSeed),
        Optional.ofNullable(limit),
        Optional.ofNullable(maxLength),
        lists.split(factors),
        batchSize,
        device,
        numbers,
        weights,
        memoryBytes,
        prompts.promptFormat());
  }

  /** The names of the built-in tasks. */
  static final class BuiltInTaskNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Task.builtIn().iterator();
    }
  }

  private static void requireAtLeast(String flag, Integer value, int least) {
    if (value != null && value < least) {
      throw usage(flag + " is " + value + "; it must be at least " + least);
    }
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
