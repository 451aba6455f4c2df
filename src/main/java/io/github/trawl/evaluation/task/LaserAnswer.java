package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.Arrays;

/** Finds the last tokens of a text that LASER takes for the answer. */
final class LaserAnswer {
  private LaserAnswer() {}

  /**
   * Returns the number of tokens in the shortest run of last tokens whose text, stripped, is the
   * answer. Returns the number of all tokens if there is no such run, a case in which LASER fails.
   */
  static int tokenCount(int[] tokens, String answer, TextTokenizer tokenizer) {
    String stripped = PythonText.strip(answer);
    for (int length = 1; length <= tokens.length; length++) {
      int[] last = Arrays.copyOfRange(tokens, tokens.length - length, tokens.length);
      if (PythonText.strip(tokenizer.decode(last)).equals(stripped)) {
        return length;
      }
    }
    return tokens.length;
  }
}
