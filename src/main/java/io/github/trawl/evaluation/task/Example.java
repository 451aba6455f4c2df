package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;

/**
 * One row of a task, ready to be asked.
 *
 * @param index its place in the task, from 0
 * @param row its place in the data, from 0; another one where rows don't count
 * @param split VALIDATION or TEST
 * @param context what a causal model reads; empty for a whole text
 * @param masked what a masked model reads, with the word {@code [MASK]} where it predicts
 * @param answers without leading space: the choices, or the one answer
 * @param gold index of the right answer
 * @param counted the text whose words and bytes a perplexity is divided by
 */
public record Example(
    int index,
    int row,
    Split split,
    String context,
    String masked,
    List<String> answers,
    int gold,
    String counted)
    implements Serializable {
  /** Copies the list. */
  public Example {
    answers = List.copyOf(answers);
    if (gold < 0 || gold >= answers.size()) {
      throw new IllegalArgumentException("answer " + gold + " of " + answers.size());
    }
  }

  /** How messages name it. */
  String place() {
    return "row " + row + " of the data";
  }

  /** The right answer. */
  public String target() {
    return answers.get(gold);
  }
}
