package io.github.trawl.evaluation.model;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A sequence of tokens and what is asked of the logits at some of its positions.
 *
 * @param tokens ids with all special tokens, at least one and at most {@link
 *     LanguageModel#contextLength()}
 * @param positions of the rows of logits that are read, each an index into {@code tokens}; a causal
 *     model's row i predicts token i + 1, a masked model's row i token i
 * @param targets for each position the token whose log-probability is asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
public record ScoreRequest(int[] tokens, int[] positions, int[] targets) implements Serializable {
  /** Checks that positions and targets fit. */
  public ScoreRequest {
    if (tokens.length == 0 || positions.length != targets.length) {
      throw new IllegalArgumentException(
          String.format(
              "%d tokens, %d positions, %d targets",
              tokens.length, positions.length, targets.length));
    }
    for (int position : positions) {
      if (position < 0 || position >= tokens.length) {
        throw new IllegalArgumentException(
            "position " + position + " of " + tokens.length + " tokens");
      }
    }
  }

  /** Returns the number of tokens whose logits are read, each counted once. */
  public int readTokens() {
    return Math.toIntExact(Arrays.stream(positions).distinct().count());
  }
}
