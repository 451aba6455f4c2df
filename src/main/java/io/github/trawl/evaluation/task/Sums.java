package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.TokenScores;
import java.util.Arrays;

/** Sums of log-probabilities, in order. */
final class Sums {
  private Sums() {}

  static double total(TokenScores scores) {
    return range(scores, 0, scores.logProbabilities().length);
  }

  /** The sum over positions {@code from} to before {@code to}. */
  static double range(TokenScores scores, int from, int to) {
    double sum = 0;
    for (double value : Arrays.copyOfRange(scores.logProbabilities(), from, to)) {
      sum += value;
    }
    return sum;
  }
}
