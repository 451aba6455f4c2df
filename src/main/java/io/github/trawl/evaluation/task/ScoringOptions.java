package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The settings of a task that a {@link Scorer} needs.
 *
 * @param task the name of the task, for messages
 * @param outputType how the model answers
 * @param targetDelimiter the text between context and answer
 * @param metrics the metrics that the task wants
 * @param exactMatch what the metric {@code exact_match} ignores
 * @param laserChoices how a masked model is asked for LASER's metrics of a choice
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
    LaserChoiceMode laserChoices,
    int newTokens,
    List<String> until,
    int shots)
    implements Serializable {
  /** Copies the lists. */
  public ScoringOptions {
    metrics = List.copyOf(metrics);
    until = List.copyOf(until);
  }

  /**
   * Returns these options without a text between context and answer, as in a chat, whose template
   * separates the two.
   */
  public ScoringOptions withoutDelimiter() {
    return new ScoringOptions(
        task, outputType, "", metrics, exactMatch, laserChoices, newTokens, until, shots);
  }

  /** Returns whether the task wants at least one of {@code some}. */
  boolean wants(Metric... some) {
    return Arrays.stream(some).anyMatch(metrics::contains);
  }
}
