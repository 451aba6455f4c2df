package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;

/**
 * The text that an example put to the model, kept with its result for the table of examples.
 *
 * @param prompt the text before the answer, or the text with its masks; empty for a task that
 *     scores whole texts
 * @param choices the candidate answers; empty for a question without choices
 * @param logLikelihoods for each choice the summed log-probability of its tokens
 */
public record Asked(String prompt, List<String> choices, List<Double> logLikelihoods)
    implements Serializable {
  /** Copies the lists. */
  public Asked {
    choices = List.copyOf(choices);
    logLikelihoods = List.copyOf(logLikelihoods);
    if (choices.size() != logLikelihoods.size()) {
      throw new IllegalArgumentException(
          choices.size() + " choices, " + logLikelihoods.size() + " log-likelihoods");
    }
  }

  /** A question without choices. */
  static Asked open(String prompt) {
    return new Asked(prompt, List.of(), List.of());
  }
}
