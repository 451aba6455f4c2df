package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;

/**
 * The prompt and the choices of an example, with what the model made of each choice.
 *
 * @param prompt what stood before the answer, or around the masks; empty for a whole text
 * @param choices the answers among which it chose; empty if there was no choice
 * @param logLikelihoods of each choice: the summed log-probability of its tokens
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
