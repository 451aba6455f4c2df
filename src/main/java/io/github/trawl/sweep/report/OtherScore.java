package io.github.trawl.sweep.report;

/**
 * A value of a metric other than the one by which the sweep chooses. Every name becomes a column of
 * the leaderboard.
 *
 * @param name as a person reads it, with the split, such as {@code test loss}
 * @param value shown with four significant digits, or in per cent
 * @param proportion whether the value lies in [0, 1] and is shown in per cent
 * @param examples how many examples it is the mean of, at least 1
 */
public record OtherScore(String name, double value, boolean proportion, int examples) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the name is blank, the value isn't finite or there are no
   *     examples
   */
  public OtherScore {
    Require.requireNotBlank("name", name);
    Require.finite("value", value);
    Require.that(examples > 0, name, " over ", examples, " examples");
  }
}
