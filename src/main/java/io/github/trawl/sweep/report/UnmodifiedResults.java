package io.github.trawl.sweep.report;

import java.util.List;
import java.util.Optional;

/**
 * The results of the model without any edit.
 *
 * @param validation on the validation rows that it has seen so far; on all of them in the end
 * @param test on all test rows; absent until the model was measured on them
 * @param otherScores values of other metrics
 */
public record UnmodifiedResults(
    Score validation, Optional<Score> test, List<OtherScore> otherScores) {
  public UnmodifiedResults {
    otherScores = List.copyOf(otherScores);
  }
}
