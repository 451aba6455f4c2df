package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A number that sums up the examples of a split. */
public enum Metric {
  /** Share of generations or fills that hold the answer. */
  ACCURACY(Aggregation.SHARE, "accuracy", true),
  /** The same as LASER counts: by a causal model, prompt included. */
  ACCURACY_LASER(Aggregation.SHARE, "accuracy_laser", true),
  /** Share of generations that are the answer, see {@link ExactMatch}. */
  EXACT_MATCH(Aggregation.SHARE, "exact_match", true),
  /** Share of right choices, or of continuations that are the greedy ones. */
  ACC(Aggregation.SHARE, "acc", true),
  /** Share of right choices, each answer's log-probability divided by its characters. */
  ACC_NORM(Aggregation.SHARE, "acc_norm", true),
  /** Share of right choices, each answer's log-probability divided by its UTF-8 bytes. */
  ACC_BYTES(Aggregation.SHARE, "acc_bytes", true),
  /** Share of right choices as LASER counts them, see {@link LaserChoices}. */
  ACC_LASER(Aggregation.SHARE, "acc_laser", true),
  /** Mean over examples of the mean negative log-probability of the answer's tokens. */
  LOSS(Aggregation.MEAN, "loss", false),
  /** The same as LASER counts. */
  LOSS_LASER(Aggregation.MEAN, "loss_laser", false),
  /** Exponential of the mean negative log-probability of a continuation. */
  PERPLEXITY(Aggregation.PERPLEXITY, Measures.LOG_LIKELIHOOD, false),
  /** Exponential of the negative log-probability for each word. */
  WORD_PERPLEXITY(Aggregation.WEIGHTED_PERPLEXITY, Measures.WORDS, false),
  /** Exponential of the negative log-probability for each UTF-8 byte. */
  BYTE_PERPLEXITY(Aggregation.WEIGHTED_PERPLEXITY, Measures.BYTES, false),
  /** Negative binary logarithm of the probability for each UTF-8 byte. */
  BITS_PER_BYTE(Aggregation.BITS, Measures.BYTES, false),
  /** Exponential of the negative log-probability for each token. */
  TOKEN_PERPLEXITY(Aggregation.WEIGHTED_PERPLEXITY, Measures.TOKENS, false);

  private final Aggregation aggregation;
  private final String measure;
  private final boolean higherIsBetter;

  Metric(Aggregation aggregation, String measure, boolean higherIsBetter) {
    this.aggregation = aggregation;
    this.measure = measure;
    this.higherIsBetter = higherIsBetter;
  }

  /** The metrics of a type of task that names none, the one to choose by first. */
  static List<Metric> of(OutputType type) {
    return switch (type) {
      case GENERATE, MASK_FILL -> List.of(ACCURACY, ACCURACY_LASER, LOSS, LOSS_LASER);
      case CHOICE -> List.of(ACC, ACC_NORM, ACC_BYTES, ACC_LASER, LOSS, LOSS_LASER);
      case LOGLIKELIHOOD -> List.of(ACC, PERPLEXITY, LOSS);
      case PERPLEXITY -> List.of(WORD_PERPLEXITY, BYTE_PERPLEXITY, BITS_PER_BYTE, TOKEN_PERPLEXITY);
    };
  }

  /** The metrics that a task of this type may ask for: those that it has, and some others. */
  static List<Metric> possible(OutputType type) {
    List<Metric> metrics = new ArrayList<>(of(type));
    if (type == OutputType.GENERATE) {
      metrics.add(EXACT_MATCH);
    }
    return metrics;
  }

  /** The metric of this name; empty if there is none. */
  public static Optional<Metric> find(String label) {
    return Arrays.stream(values()).filter(metric -> metric.label().equals(label)).findFirst();
  }

  /** The name in results and task files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether more of it is better. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /**
   * Whether its value for a split orders two models as the mean of {@link #goodness} does, for the
   * same examples.
   */
  public boolean isMeanOfExamples() {
    return aggregation == Aggregation.SHARE
        || aggregation == Aggregation.MEAN
        || aggregation == Aggregation.PERPLEXITY;
  }

  /** Whether the value of an example is 0 or 1. */
  public boolean isShare() {
    return aggregation == Aggregation.SHARE;
  }

  /**
   * The value of one example, turned so that more is better.
   *
   * @param measures of the example
   * @throws IllegalArgumentException if the example was not measured so
   */
  public double goodness(Map<String, Double> measures) {
    Double value = measures.get(measure);
    if (value == null) {
      throw new IllegalArgumentException("no " + measure + " in " + measures.keySet());
    }
    boolean turned = aggregation == Aggregation.MEAN && !higherIsBetter;
    return turned ? -value : value;
  }

  /** Whether an example with these measures counts for it. */
  public boolean isMeasuredBy(Map<String, Double> measures) {
    return measures.containsKey(measure)
        && (aggregation == Aggregation.SHARE
            || aggregation == Aggregation.MEAN
            || measures.containsKey(Measures.LOG_LIKELIHOOD));
  }

  Aggregation aggregation() {
    return aggregation;
  }

  /** The measure that is aggregated or that weighs the log-likelihood. */
  String measure() {
    return measure;
  }
}
