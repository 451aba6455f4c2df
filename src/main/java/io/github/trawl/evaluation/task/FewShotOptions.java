package io.github.trawl.evaluation.task;

import java.util.Optional;

/**
 * The user's settings for few-shot examples, which take precedence over the task files.
 *
 * @param number the number of examples; empty for what each task file says. A task whose file says
 *     0 has none in any case
 * @param seed the seed by which examples are drawn, at least 0
 */
public record FewShotOptions(Optional<Integer> number, int seed) {
  /** The default seed of lm-evaluation-harness. */
  public static final int DEFAULT_SEED = 1234;

  /** As many examples as the task files say, drawn by the default seed. */
  public static final FewShotOptions TASK_DEFAULTS =
      new FewShotOptions(Optional.empty(), DEFAULT_SEED);

  /** Checks the bounds. */
  public FewShotOptions {
    if (number.orElse(0) < 0 || seed < 0) {
      throw new IllegalArgumentException(
          "a negative number or seed of few-shot examples: %d, %d"
              .formatted(number.orElse(0), seed));
    }
  }
}
