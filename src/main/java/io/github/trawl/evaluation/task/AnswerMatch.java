package io.github.trawl.evaluation.task;

import java.util.Locale;

/** LASER's comparison of a generated text with the right answer. */
final class AnswerMatch {
  private AnswerMatch() {}

  /** 1 if the answer, stripped and without case, is somewhere in the generation, else 0. */
  static double accuracy(String generation, String answer) {
    return plain(generation).contains(plain(answer)) ? 1 : 0;
  }

  private static String plain(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
