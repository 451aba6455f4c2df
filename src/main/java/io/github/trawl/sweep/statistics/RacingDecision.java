package io.github.trawl.sweep.statistics;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Who leads and who drops out at one look of a race. Points are numbered from 0, in the order in
 * which their values were given.
 */
public final class RacingDecision {
  private final int leader;
  private final double[] worse;
  private final double level;

  RacingDecision(int leader, double[] worse, double level) {
    this.leader = leader;
    this.worse = worse;
    this.level = level;
  }

  /** The point of the highest mean; empty if none has finite values. */
  public OptionalInt leader() {
    return leader < 0 ? OptionalInt.empty() : OptionalInt.of(leader);
  }

  /**
   * The p value against "{@code point} is not worse than the leader": 1 of the leader, NaN of a
   * point whose values are not all finite.
   */
  public double worseP(int point) {
    return worse[point];
  }

  /** Whether {@code point} drops out. */
  public boolean drops(int point) {
    return Double.isNaN(worse[point]) || worse[point] <= level;
  }

  /** The points that drop out, in ascending order. */
  public List<Integer> dropped() {
    return IntStream.range(0, worse.length).filter(this::drops).boxed().toList();
  }
}
