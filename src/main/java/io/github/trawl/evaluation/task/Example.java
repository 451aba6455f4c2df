package io.github.trawl.evaluation.task;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * One row of a task, rendered as a question with its answers.
 *
 * @param index its place among the examples of the task, from 0
 * @param row its place in the data, from 0; it differs from {@code index} after rows that are
 *     filtered out
 * @param split VALIDATION or TEST
 * @param context what a causal model reads before the answer; empty for a task that scores whole
 *     texts
 * @param masked what a masked model reads, with the word {@code [MASK]} where it predicts
 * @param answers the choices, or the right answers of a task without choices; without the delimiter
 *     between context and answer
 * @param rightIndices indices of the right answers, at least one
 * @param countedText the text whose words and bytes a perplexity is divided by
 */
public record Example(
    int index,
    int row,
    Split split,
    String context,
    String masked,
    List<String> answers,
    List<Integer> rightIndices,
    String countedText)
    implements Serializable {
  /** Copies the lists. */
  public Example {
    answers = List.copyOf(answers);
    rightIndices = List.copyOf(rightIndices);
    for (int each : rightIndices) {
      Objects.checkIndex(each, answers.size());
    }
  }

  /** Returns how messages name the example. */
  String place() {
    return "row " + row + " of the data";
  }

  /** Returns the index of the right answer, or of the first right one: its loss is measured. */
  public int gold() {
    return rightIndices.get(0);
  }

  /** Returns the right answer, or the first right one. */
  public String target() {
    return answers.get(gold());
  }

  /** Returns all right answers. */
  List<String> targets() {
    return rightIndices.stream().map(answers::get).toList();
  }
}
