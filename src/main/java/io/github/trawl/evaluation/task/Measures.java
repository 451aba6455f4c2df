package io.github.trawl.evaluation.task;

/** The names of those measures of an example that are not named after a {@link Metric}. */
final class Measures {
  /** The summed natural log-probability of the scored text. */
  static final String LOG_LIKELIHOOD = "log_likelihood";

  /**
   * The number of words, as counted by {@link
   * io.github.trawl.evaluation.template.PythonText#wordCount}.
   */
  static final String WORDS = "words";

  /** The number of UTF-8 bytes. */
  static final String BYTES = "bytes";

  /** The number of tokens that were predicted. */
  static final String TOKENS = "tokens";

  private Measures() {}
}
