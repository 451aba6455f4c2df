package io.github.trawl.evaluation.task;

import java.util.Optional;

/**
 * What a user asks, over the task files, of the examples in prompts.
 *
 * @param number how many there are; empty for what each task says. A task that says 0 keeps it
 * @param seed of the draws, at least 0
 */
public record FewShotOptions(Optional<Integer> number, int seed) {
  /** The seed that lm-evaluation-harness draws by if it is given no other. */
  public static final int DEFAULT_SEED = 1234;

  /** What the tasks say, drawn by the default seed. */
  public static final FewShotOptions OF_TASKS = new FewShotOptions(Optional.empty(), DEFAULT_SEED);

  /** Checks the bounds. */
  public FewShotOptions {
    if (number.orElse(0) < 0 || seed < 0) {
      throw new IllegalArgumentException(number + " examples, seed " + seed);
    }
  }
}
