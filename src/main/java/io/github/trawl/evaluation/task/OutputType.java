package io.github.trawl.evaluation.task;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How a model answers, by our names and those of lm-evaluation-harness. */
public enum OutputType {
  /** Greedy continuation that must hold the answer; by a masked model, filled masks. */
  GENERATE("generate", "generate_until"),
  /** Masks in the prompt, filled in one pass. */
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

  /** The type with a name. */
  static Optional<OutputType> find(String name) {
    return Arrays.stream(values())
        .filter(type -> type.ours.equals(name) || type.label.equals(name))
        .findFirst();
  }

  /** All names that {@link #find} knows. */
  static List<String> known() {
    return Arrays.stream(values())
        .flatMap(type -> Stream.of(type.ours, type.label))
        .distinct()
        .toList();
  }

  /** The name that lm-evaluation-harness uses, if it has the type, else ours. */
  public String label() {
    return label;
  }
}
