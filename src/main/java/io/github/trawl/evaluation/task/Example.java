package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * One row of a task, ready to be asked.
 *
 * @param index its place in the task, from 0
 * @param row its place in the data, from 0; another one where rows don't count
 * @param split VALIDATION or TEST
 * @param context what a causal model reads; empty for a whole text
 * @param masked what a masked model reads, with the word {@code [MASK]} where it predicts
 * @param answers without leading space: the choices, or the right answers
 * @param right indices of the right answers, at least one
 * @param counted the text whose words and bytes a perplexity is divided by
 */
public record Example(
    int index,
    int row,
    Split split,
    String context,
    String masked,
    List<String> answers,
    List<Integer> right,
    String counted)
    implements Serializable {
  /** Copies the list. */
  public Example {
    answers = List.copyOf(answers);
    right = List.copyOf(right);
    for (int each : right) {
      Objects.checkIndex(each, answers.size());
    }
  }

  /** How messages name it. */
  String place() {
    return "row " + row + " of the data";
  }

  /** The index of the right answer, of the first of several: the one whose loss counts. */
  public int gold() {
    return right.get(0);
  }

  /** The right answer, the first of several. */
  public String target() {
    return answers.get(gold());
  }

  /** All right answers. */
  List<String> targets() {
    return right.stream().map(answers::get).toList();
  }
}
