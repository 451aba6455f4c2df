package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.task.FewShotOptions;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The request for an evaluation.
 *
 * @param model directory of the checkpoint
 * @param architecture description of a model family that is not built in, to find edited matrices
 * @param tasks names of built-in tasks, or files of tasks or groups of tasks
 * @param data file with the rows of the only task, in place of the one that it names
 * @param answerTokenizer directory of the tokenizer that counts the tokens of answers for {@code
 *     max_answer_tokens}; empty for the model's own
 * @param fewShot the examples in prompts
 * @param limit the most examples of a task, the first ones
 * @param maxLength the most tokens that a model is given at a time, at least 2; empty for the
 *     length of its context, which is also the upper limit
 * @param factors where the factors of each candidate lie; besides them the unmodified model is
 *     evaluated
 * @param batchSize the most sequences in a batch, at least 1
 * @param device which hardware computes
 * @param memoryBytes memory that a process may use for weights and hidden states: of the device, or
 *     main memory outside the Java heap
 * @param prompts how prompts are put to the model
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
    long memoryBytes,
    PromptRequest prompts) {
  /** Copies the lists. */
  public EvaluationRequest {
    tasks = List.copyOf(tasks);
    factors = List.copyOf(factors);
    if (batchSize < 1 || limit.orElse(1) < 1 || maxLength.orElse(2) < 2) {
      throw new IllegalArgumentException(
          "batch size " + batchSize + ", limit " + limit + ", length " + maxLength);
    }
  }

  /** A request with prompts, and examples in them, as the tasks have them. */
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
        FewShotOptions.OF_TASKS,
        limit,
        maxLength,
        factors,
        batchSize,
        device,
        memoryBytes,
        PromptRequest.PLAIN);
  }
}
