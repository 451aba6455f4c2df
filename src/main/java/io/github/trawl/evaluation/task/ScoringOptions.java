package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;

/**
 * What a {@link Scorer} needs to know of a task.
 *
 * @param task its name, for messages
 * @param outputType how the model answers
 * @param targetDelimiter what stands between context and answer
 * @param newTokens the most tokens of a generation
 * @param until texts that end a generation
 */
public record ScoringOptions(
    String task, OutputType outputType, String targetDelimiter, int newTokens, List<String> until)
    implements Serializable {
  /** Copies the list. */
  public ScoringOptions {
    until = List.copyOf(until);
  }
}
