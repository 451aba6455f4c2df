package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;

/**
 * The ranks of differences by their absolute values, zeros included, and their signs. The normal
 * approximation of Commons Statistics is not used, because its variance is that of ranks without
 * zeros.
 */
final class SignedRanks {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final int size;
  private boolean distinct = true;
  private double positiveRankSum;
  private double nonZeroRankSum;
  private double nonZeroSquaredRankSum;

  private SignedRanks(int size) {
    this.size = size;
  }

  static SignedRanks of(double[] differences) {
    SignedRanks ranks = new SignedRanks(differences.length);
    double[] sorted =
        IntStream.range(0, differences.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> Math.abs(differences[i])))
            .mapToDouble(i -> differences[i])
            .toArray();
    int start = 0;
    while (start < sorted.length) {
      int end = start + 1;
      while (end < sorted.length && Math.abs(sorted[end]) == Math.abs(sorted[start])) {
        end++;
      }
      ranks.add(Arrays.copyOfRange(sorted, start, end), (start + 1 + end) / 2.0);
      start = end;
    }
    return ranks;
  }

  private void add(double[] tied, double rank) {
    distinct &= tied.length == 1 && tied[0] != 0;
    for (double difference : tied) {
      if (difference != 0) {
        positiveRankSum += difference > 0 ? rank : 0;
        nonZeroRankSum += rank;
        nonZeroSquaredRankSum += rank * rank;
      }
    }
  }

  /** Returns the number of differences, zeros included. */
  int size() {
    return size;
  }

  /** Returns whether there is neither a tie nor a zero. */
  boolean areDistinct() {
    return distinct;
  }

  /**
   * Returns the p value of the normal approximation, corrected for continuity. At least one
   * difference must not be 0.
   */
  double approximateP(AlternativeHypothesis alternative) {
    // Under random signs the sum of the positive ranks has mean Σr/2 and variance Σr²/4, over the
    // ranks r of the differences that are not 0.
    double above = positiveRankSum - nonZeroRankSum / 2;
    double deviation = Math.sqrt(nonZeroSquaredRankSum) / 2;
    return switch (alternative) {
      case GREATER_THAN -> NORMAL.survivalProbability((above - 0.5) / deviation);
      case LESS_THAN -> NORMAL.cumulativeProbability((above + 0.5) / deviation);
      case TWO_SIDED ->
          Math.min(1, 2 * NORMAL.survivalProbability((Math.abs(above) - 0.5) / deviation));
    };
  }
}
