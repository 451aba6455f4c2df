package io.github.trawl.evaluation.task;

/** Names of measures of an example that are no metric by themselves. */
final class Measures {
  /** Summed log-probability, natural logarithm. */
  static final String LOG_LIKELIHOOD = "log_likelihood";

  /** Pieces between white space. */
  static final String WORDS = "words";

  /** UTF-8 bytes. */
  static final String BYTES = "bytes";

  /** Tokens that were predicted. */
  static final String TOKENS = "tokens";

  private Measures() {}
}
