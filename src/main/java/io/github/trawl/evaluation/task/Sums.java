package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.TokenScores;
import java.util.Arrays;

/** Sums log-probabilities, in the order of their positions. */
final class Sums {
  private Sums() {}

  static double total(TokenScores scores) {
    return range(scores, 0, scores.logProbabilities().length);
  }

  /** Returns the sum over positions {@code from}, inclusive, to {@code to}, exclusive. */
  static double range(TokenScores scores, int from, int to) {
    double sum = 0;
    for (double value : Arrays.copyOfRange(scores.logProbabilities(), from, to)) {
      sum += value;
    }
    return sum;
  }
}
