package io.github.trawl.sweep.report;

/**
 * The results of a point on one split.
 *
 * @param score its value
 * @param difference to the unmodified model on the same examples
 */
public record SplitResult(Score score, Difference difference) {
  /**
   * Checks that both count the same examples.
   *
   * @throws IllegalArgumentException if they don't
   */
  public SplitResult {
    Require.that(
        score.examples() == difference.examples(),
        "the score counts ",
        score.examples(),
        " examples, the difference ",
        difference.examples());
  }
}
