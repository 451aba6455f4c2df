package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.text.TextTokenizer;
import java.util.Arrays;

/** Which of a text's last tokens LASER takes for the answer. */
final class LaserAnswer {
  private LaserAnswer() {}

  /**
   * The length of the shortest run of last tokens whose text, stripped, is the answer; all tokens
   * if there is none, where LASER gives up.
   */
  static int tokens(int[] tokens, String answer, TextTokenizer tokenizer) {
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
