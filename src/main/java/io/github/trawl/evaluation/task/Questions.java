package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import java.util.List;
import java.util.Optional;

/**
 * What one example asks of the model.
 *
 * @param requests to be scored, in the order in which {@link Scorer#result} wants the scores
 * @param prompt tokens to be continued greedily, if the task generates
 */
public record Questions(List<ScoreRequest> requests, Optional<int[]> prompt) {
  static Questions scored(List<ScoreRequest> requests) {
    return new Questions(List.copyOf(requests), Optional.empty());
  }
}
