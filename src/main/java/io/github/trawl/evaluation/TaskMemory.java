package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.ModelDescription;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.WeightBytes;
import io.github.trawl.evaluation.task.TaskQuestions;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The memory that a task takes beside the weights of a model.
 *
 * @param longest the tokens of its longest sequence, with those that are added to it
 * @param layerBytes bytes that a layer computes with for that sequence
 * @param continued the batch that takes the most memory while its prompts get several tokens
 */
record TaskMemory(int longest, long layerBytes, Continued continued) {
  /**
   * Prompts that are continued together.
   *
   * @param prompts the number of prompts; 0 if none gets several tokens
   * @param length the number of tokens of the longest
   * @param bytes the most bytes that they take, see {@link PassCost#continuedBytes}
   */
  record Continued(int prompts, int length, long bytes) {
    static final Continued NONE = new Continued(0, 0, 0);
  }

  /**
   * Returns what a task takes at most, whichever of its examples are asked.
   *
   * @param newTokens the most tokens that are added to a prompt
   * @param batchSize the most sequences in a batch
   * @param type the type of number in which the model computes, as {@code cost} has it
   */
  static TaskMemory of(
      TaskQuestions questions,
      int newTokens,
      int batchSize,
      ModelDescription model,
      PassCost cost,
      NumberType type) {
    int longest =
        IntStream.concat(
                questions.requests().stream().mapToInt(asked -> asked.tokens().length),
                questions.prompts().stream().mapToInt(prompt -> prompt.length + newTokens))
            .max()
            .orElse(0);
    return new TaskMemory(
        longest,
        model.sequenceBytes(longest, type),
        largest(questions.prompts(), newTokens, batchSize, cost));
  }

  /** Considers each prompt as the longest of a batch, with as many others as may go with it. */
  static Continued largest(List<int[]> prompts, int newTokens, int batchSize, PassCost cost) {
    Continued largest = Continued.NONE;
    if (newTokens <= 1) {
      return largest;
    }
    int[] lengths = prompts.stream().mapToInt(prompt -> prompt.length).sorted().toArray();
    for (int i = 0; i < lengths.length; i++) {
      int count = Math.min(i + 1, Batch.mostQuestions(Math.max(1, lengths[i]), batchSize));
      long bytes = cost.continuedBytes(count, lengths[i], newTokens);
      if (bytes > largest.bytes()) {
        largest = new Continued(count, lengths[i], bytes);
      }
    }
    return largest;
  }

  /**
   * Returns the bytes that a process needs for the task and the weights. For a streamed model, its
   * share for hidden states counts, too; a batch that is continued is within it or, alone, exceeds
   * it.
   *
   * @param memoryBytes the bytes that the process may use
   */
  long neededBytes(WeightBytes weights, boolean streamed, long memoryBytes) {
    long resident = streamed ? weights.streamed() : weights.all();
    long share =
        streamed ? ExecutionSettings.streamedStateBytes(Math.max(0, memoryBytes - resident)) : 0;
    return resident + Math.max(share, continued.bytes()) + layerBytes;
  }

  /** Whether {@link #neededBytes} is no more than the process may use. */
  boolean hasRoom(WeightBytes weights, boolean streamed, long memoryBytes) {
    return neededBytes(weights, streamed, memoryBytes) <= memoryBytes;
  }
}
