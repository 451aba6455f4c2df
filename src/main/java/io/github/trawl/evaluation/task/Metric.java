package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A metric: a number computed from the results of the examples of a split. */
public enum Metric {
  /** Share of generations or filled masks that contain an answer. */
  ACCURACY(Aggregation.SHARE, "accuracy", true),
  /** As {@link #ACCURACY}; as in LASER, an answer in a causal model's prompt counts, too. */
  ACCURACY_LASER(Aggregation.SHARE, "accuracy_laser", true),
  /** Share of generations that are an answer, see {@link ExactMatch}. */
  EXACT_MATCH(Aggregation.SHARE, "exact_match", true),
  /** Share of right choices; without choices, of given continuations that are the greedy ones. */
  ACC(Aggregation.SHARE, "acc", true),
  /** Share of right choices, each answer's log-probability divided by its characters. */
  ACC_NORM(Aggregation.SHARE, "acc_norm", true),
  /** Share of right choices, each answer's log-probability divided by its UTF-8 bytes. */
  ACC_BYTES(Aggregation.SHARE, "acc_bytes", true),
  /**
   * Share of right choices as LASER computes it, see {@link ChoiceScorer}, {@link LaserChoiceMode}.
   */
  ACC_LASER(Aggregation.SHARE, "acc_laser", true),
  /** Mean over examples of the mean negative log-probability of the answer's tokens. */
  LOSS(Aggregation.MEAN, "loss", false),
  /** As {@link #LOSS}, with the tokens and the divisor that LASER takes. */
  LOSS_LASER(Aggregation.MEAN, "loss_laser", false),
  /** Exponential of the mean over examples of the negative log-probability of a continuation. */
  PERPLEXITY(Aggregation.PERPLEXITY, Measures.LOG_LIKELIHOOD, false),
  /** Exponential of the negative log-probability of all texts per word. */
  WORD_PERPLEXITY(Aggregation.WEIGHTED_PERPLEXITY, Measures.WORDS, false),
  /** Exponential of the negative log-probability of all texts per UTF-8 byte. */
  BYTE_PERPLEXITY(Aggregation.WEIGHTED_PERPLEXITY, Measures.BYTES, false),
  /** Negative binary logarithm of the probability of all texts per UTF-8 byte. */
  BITS_PER_BYTE(Aggregation.BITS, Measures.BYTES, false),
  /** Exponential of the negative log-probability of all texts per token. */
  TOKEN_PERPLEXITY(Aggregation.WEIGHTED_PERPLEXITY, Measures.TOKENS, false);

  private final Aggregation aggregation;
  private final String measure;
  private final boolean higherIsBetter;

  Metric(Aggregation aggregation, String measure, boolean higherIsBetter) {
    this.aggregation = aggregation;
    this.measure = measure;
    this.higherIsBetter = higherIsBetter;
  }

  /**
   * Returns the metrics of a task that names none; the first is the one by which edits are chosen.
   */
  static List<Metric> defaultsFor(OutputType type) {
    return switch (type) {
      case GENERATE, MASK_FILL -> List.of(ACCURACY, ACCURACY_LASER, LOSS, LOSS_LASER);
      case CHOICE -> List.of(ACC, ACC_NORM, ACC_BYTES, ACC_LASER, LOSS, LOSS_LASER);
      case LOGLIKELIHOOD -> List.of(ACC, PERPLEXITY, LOSS);
      case PERPLEXITY -> List.of(WORD_PERPLEXITY, BYTE_PERPLEXITY, BITS_PER_BYTE, TOKEN_PERPLEXITY);
    };
  }

  /**
   * Returns the metrics that a task of this type may name: those of {@link #defaultsFor} and some
   * others.
   */
  static List<Metric> possible(OutputType type) {
    List<Metric> metrics = new ArrayList<>(defaultsFor(type));
    if (type == OutputType.GENERATE) {
      metrics.add(EXACT_MATCH);
    }
    return metrics;
  }

  /** Returns the metric of this name; empty if there is none. */
  public static Optional<Metric> find(String label) {
    return Arrays.stream(values()).filter(metric -> metric.label().equals(label)).findFirst();
  }

  /** Returns the name in results and task files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether a higher value is better. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /**
   * Returns whether the metric ranks two models on the same examples as the mean of {@link
   * #goodness} does.
   */
  public boolean isMeanOfExamples() {
    return aggregation == Aggregation.SHARE
        || aggregation == Aggregation.MEAN
        || aggregation == Aggregation.PERPLEXITY;
  }

  /**
   * Returns whether the metric's value for a split is the mean of {@link #goodness} or the negative
   * of that mean.
   */
  public boolean isShownAsMean() {
    return aggregation == Aggregation.SHARE || aggregation == Aggregation.MEAN;
  }

  /** Returns whether the value of an example is 0 or 1. */
  public boolean isShare() {
    return aggregation == Aggregation.SHARE;
  }

  /**
   * Returns the value of one example, negated where lower is better. For a perplexity of
   * continuations this is the log-likelihood. Only of use if {@link #isMeanOfExamples} holds.
   *
   * @param measures the measures of the example
   * @throws IllegalArgumentException if the metric's measure is not among them
   */
  public double goodness(Map<String, Double> measures) {
    Double value = measures.get(measure);
    if (value == null) {
      throw new IllegalArgumentException("no " + measure + " in " + measures.keySet());
    }
    boolean negated = aggregation == Aggregation.MEAN && !higherIsBetter;
    return negated ? -value : value;
  }

  /** Returns whether these measures of an example include all that the metric is computed from. */
  public boolean isMeasuredBy(Map<String, Double> measures) {
    return measures.containsKey(measure)
        && (aggregation == Aggregation.SHARE
            || aggregation == Aggregation.MEAN
            || measures.containsKey(Measures.LOG_LIKELIHOOD));
  }

  Aggregation aggregation() {
    return aggregation;
  }

  /**
   * Returns the name of the measure that is averaged, or by whose total the total log-likelihood is
   * divided.
   */
  String measure() {
    return measure;
  }
}
