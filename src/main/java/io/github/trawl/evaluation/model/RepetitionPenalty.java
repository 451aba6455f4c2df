package io.github.trawl.evaluation.model;

import java.util.BitSet;

/**
 * Makes the tokens that a sequence holds already less probable as its next token, as the
 * RepetitionPenaltyLogitsProcessor of transformers does: a positive logit of such a token is
 * divided by a factor, a negative one multiplied.
 *
 * @param factor a positive number; 1 changes nothing
 */
record RepetitionPenalty(float factor) {
  static final RepetitionPenalty NONE = new RepetitionPenalty(1);

  boolean changesNothing() {
    return factor == 1;
  }

  /**
   * Returns the most probable next token, the first of several.
   *
   * @param logits the logits of all tokens; those of the sequence's tokens are changed
   * @param sequence the tokens so far; those without a logit don't count
   */
  int mostProbable(float[] logits, int[] sequence) {
    BitSet held = new BitSet();
    for (int token : sequence) {
      if (token < logits.length) {
        held.set(token);
      }
    }
    held.stream().forEach(token -> logits[token] = penalised(logits[token]));
    int best = 0;
    for (int token = 1; token < logits.length; token++) {
      if (logits[token] > logits[best]) {
        best = token;
      }
    }
    return best;
  }

  private float penalised(float logit) {
    return logit < 0 ? logit * factor : logit / factor;
  }
}
