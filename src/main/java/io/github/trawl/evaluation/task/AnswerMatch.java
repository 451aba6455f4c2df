package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonText;
import java.util.List;
import java.util.Locale;

/** Compares a generated text with the right answers as the scripts of LASER do. */
final class AnswerMatch {
  private AnswerMatch() {}

  /** Returns 1 if the generation contains an answer, stripped and ignoring case, else 0. */
  static double accuracy(String generation, List<String> answers) {
    String text = normalize(generation);
    return answers.stream().anyMatch(answer -> text.contains(normalize(answer))) ? 1 : 0;
  }

  private static String normalize(String text) {
    return PythonText.strip(text).toLowerCase(Locale.ROOT);
  }
}
