package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link Scorer} needs to know of a task.
 *
 * @param task its name, for messages
 * @param outputType how the model answers
 * @param targetDelimiter the text between context and answer
 * @param metrics that the task wants
 * @param exactMatch what the metric {@code exact_match} leaves out of account
 * @param laserChoices how a masked model is asked for LASER's variants of a choice
 * @param newTokens the most tokens of a generation
 * @param until texts that end a generation
 * @param shots how many examples stand before each question
 */
public record ScoringOptions(
    String task,
    OutputType outputType,
    String targetDelimiter,
    List<Metric> metrics,
    ExactMatch exactMatch,
    LaserChoices laserChoices,
    int newTokens,
    List<String> until,
    int shots)
    implements Serializable {
  /** Copies the lists. */
  public ScoringOptions {
    metrics = List.copyOf(metrics);
    until = List.copyOf(until);
  }

  /** As they are, but without a text between context and answer, as a chat wants it. */
  public ScoringOptions withoutDelimiter() {
    return new ScoringOptions(
        task, outputType, "", metrics, exactMatch, laserChoices, newTokens, until, shots);
  }

  /** Whether the task wants one of {@code some}. */
  boolean wants(Metric... some) {
    return Arrays.stream(some).anyMatch(metrics::contains);
  }
}
