package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Compares a generation with the right answers, character by character, white space included, as
 * {@code exact_match} of lm-evaluation-harness does. Before that, the options are applied to both,
 * in the order of the parameters.
 *
 * @param regexesToIgnore expressions whose matches are removed
 * @param ignoreCase whether both are put into lower case
 * @param ignorePunctuation whether ASCII punctuation is removed
 * @param ignoreNumbers whether ASCII digits are removed
 */
public record ExactMatch(
    List<PythonRegex> regexesToIgnore,
    boolean ignoreCase,
    boolean ignorePunctuation,
    boolean ignoreNumbers)
    implements Serializable {
  /** Ignores nothing. */
  static final ExactMatch STRICT = new ExactMatch(List.of(), false, false, false);

  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final String DIGITS = "0123456789";

  /** Copies the list. */
  public ExactMatch {
    regexesToIgnore = List.copyOf(regexesToIgnore);
  }

  /** Returns 1 if the generation is one of the answers, else 0. */
  double score(String generation, List<String> answers) {
    String said = normalize(generation);
    return answers.stream().map(this::normalize).anyMatch(said::equals) ? 1 : 0;
  }

  private String normalize(String text) {
    String plain = text;
    for (PythonRegex regex : regexesToIgnore) {
      plain = regex.remove(plain);
    }
    plain = ignoreCase ? plain.toLowerCase(Locale.ROOT) : plain;
    plain = ignorePunctuation ? without(plain, PUNCTUATION) : plain;
    return ignoreNumbers ? without(plain, DIGITS) : plain;
  }

  private static String without(String text, String characters) {
    StringBuilder kept = new StringBuilder();
    text.chars().filter(c -> characters.indexOf(c) < 0).forEach(c -> kept.append((char) c));
    return kept.toString();
  }
}
