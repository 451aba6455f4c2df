package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;

/**
 * What the model was asked for an example, kept with the result for the files that list examples.
 *
 * @param prompt the text before the answer, or the text with its masks; empty for a task that
 *     scores whole texts
 * @param choices the texts to choose from; empty for a question without choices
 * @param logLikelihoods for each choice the summed log-probability of its tokens
 * @param greedy for each choice whether each of its tokens is the model's most probable one
 */
public record AskedQuestion(
    String prompt, List<String> choices, List<Double> logLikelihoods, List<Boolean> greedy)
    implements Serializable {
  /** Copies the lists. */
  public AskedQuestion {
    choices = List.copyOf(choices);
    logLikelihoods = List.copyOf(logLikelihoods);
    greedy = List.copyOf(greedy);
    if (choices.size() != logLikelihoods.size() || choices.size() != greedy.size()) {
      throw new IllegalArgumentException(
          "%d choices, %d log-likelihoods, %d greedy"
              .formatted(choices.size(), logLikelihoods.size(), greedy.size()));
    }
  }

  /** Returns a question without choices. */
  public static AskedQuestion open(String prompt) {
    return new AskedQuestion(prompt, List.of(), List.of(), List.of());
  }
}
