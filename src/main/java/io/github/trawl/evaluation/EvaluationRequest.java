package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.NumberChoice;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.FewShotOptions;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * What the user asks of an evaluation.
 *
 * @param model directory of the checkpoint
 * @param architecture file that describes a model family that is not built in; it says where the
 *     matrices are that factors replace
 * @param tasks names of built-in tasks, or files of tasks or groups of tasks
 * @param data file with the rows of the only task, instead of the file that the task names
 * @param answerTokenizer directory of the tokenizer that counts the tokens of answers for {@code
 *     max_answer_tokens}; empty for the model's own
 * @param fewShot the solved examples that prompts show before the question
 * @param limit the most examples of each task, the first ones; empty for all
 * @param maxLength the most tokens that a model is given at a time, at least 2; empty for the
 *     length of its context, which is also the upper limit
 * @param factors locations of factors; each decomposition there is a candidate, besides the
 *     unmodified model
 * @param batchSize the most sequences in a batch, at least 1
 * @param device which hardware computes
 * @param numbers in which type of number the model computes
 * @param weights whether all weights are in memory or are streamed layer by layer
 * @param memoryBytes bytes of memory that a process may use for weights and hidden states: the
 *     GPU's, or main memory outside the Java heap
 * @param prompts how prompts are put to the model: as plain text or as a chat
 */
public record EvaluationRequest(
    Path model,
    Optional<Path> architecture,
    List<String> tasks,
    Optional<String> data,
    Optional<Path> answerTokenizer,
    FewShotOptions fewShot,
    Optional<Integer> limit,
    Optional<Integer> maxLength,
    List<String> factors,
    int batchSize,
    DeviceChoice device,
    NumberChoice numbers,
    WeightMode weights,
    long memoryBytes,
    PromptFormat prompts) {
  /** Copies the lists. */
  public EvaluationRequest {
    tasks = List.copyOf(tasks);
    factors = List.copyOf(factors);
    if (batchSize < 1 || limit.orElse(1) < 1 || maxLength.orElse(2) < 2) {
      throw new IllegalArgumentException(
          "batch size " + batchSize + ", limit " + limit + ", length " + maxLength);
    }
  }

  /**
   * Creates a request in float32 that leaves prompts, and the examples in them, as the tasks define
   * them.
   */
  public EvaluationRequest(
      Path model,
      Optional<Path> architecture,
      List<String> tasks,
      Optional<String> data,
      Optional<Path> answerTokenizer,
      Optional<Integer> limit,
      Optional<Integer> maxLength,
      List<String> factors,
      int batchSize,
      DeviceChoice device,
      long memoryBytes) {
    this(
        model,
        architecture,
        tasks,
        data,
        answerTokenizer,
        FewShotOptions.TASK_DEFAULTS,
        limit,
        maxLength,
        factors,
        batchSize,
        device,
        NumberChoice.FLOAT32,
        WeightMode.AUTO,
        memoryBytes,
        PromptFormat.PLAIN);
  }
}
