package io.github.trawl.evaluation.task;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a model answers the questions of a task. A type has Trawl's name and lm-evaluation-harness's.
 */
public enum OutputType {
  /** A greedy continuation, searched for the answer; by a masked model, filled masks. */
  GENERATE("generate", "generate_until"),
  /** Masks in the prompt, filled in one pass and searched for the answer. */
  MASK_FILL("mask_fill", "mask_fill"),
  /** The likeliest of given answers. */
  CHOICE("choice", "multiple_choice"),
  /** The probability of one given continuation. */
  LOGLIKELIHOOD("loglikelihood", "loglikelihood"),
  /** The probability of a whole text. */
  PERPLEXITY("perplexity", "loglikelihood_rolling");

  private final String ours;
  private final String label;

  OutputType(String ours, String label) {
    this.ours = ours;
    this.label = label;
  }

  /** Returns the type of this name; empty if there is none. */
  static Optional<OutputType> find(String name) {
    return Arrays.stream(values())
        .filter(type -> type.ours.equals(name) || type.label.equals(name))
        .findFirst();
  }

  /** Returns all names that {@link #find} knows. */
  static List<String> known() {
    return Arrays.stream(values())
        .flatMap(type -> Stream.of(type.ours, type.label))
        .distinct()
        .toList();
  }

  /** Returns lm-evaluation-harness's name of the type, or Trawl's if the harness lacks the type. */
  public String label() {
    return label;
  }
}
