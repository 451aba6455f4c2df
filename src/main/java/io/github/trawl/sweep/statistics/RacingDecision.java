package io.github.trawl.sweep.statistics;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which point leads and which points drop out at one look of a race ({@link RacingRule}). Points
 * are numbered from 0, in the order in which {@link RacingRule#decide} was given their values.
 */
public final class RacingDecision {
  private final int leader;
  private final double[] worseP;
  private final double level;

  RacingDecision(int leader, double[] worseP, double level) {
    this.leader = leader;
    this.worseP = worseP;
    this.level = level;
  }

  /** Returns the point of the highest mean; empty if no point has finite values. */
  public OptionalInt leader() {
    return leader < 0 ? OptionalInt.empty() : OptionalInt.of(leader);
  }

  /**
   * Returns the p value against "{@code point} is not worse than the leader": 1 for the leader, NaN
   * for a point whose values are not all finite.
   */
  public double worseP(int point) {
    return worseP[point];
  }

  /** Returns whether {@code point} drops out. */
  public boolean drops(int point) {
    return Double.isNaN(worseP[point]) || worseP[point] <= level;
  }

  /** Returns the points that drop out, in ascending order. */
  public List<Integer> dropped() {
    return IntStream.range(0, worseP.length).filter(this::drops).boxed().toList();
  }
}
