package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskQuestions;
import io.github.trawl.evaluation.task.TaskSamples;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A task of an {@link EvaluationSession}, with the questions about all its examples. The examples
 * are numbered from 0, in the order of the data.
 */
public final class PlannedTask {
  private final TaskDefinition definition;
  private final int rows;
  private final TaskQuestions questions;
  private final Optional<TaskSamples> samples;
  private final String digest;

  PlannedTask(
      TaskDefinition definition,
      int rows,
      TaskQuestions questions,
      Optional<TaskSamples> samples,
      String digest) {
    this.definition = definition;
    this.rows = rows;
    this.questions = questions;
    this.samples = samples;
    this.digest = digest;
  }

  /** Returns the name of the task, unique in its session. */
  public String name() {
    return definition.name();
  }

  /** Returns the settings of the task file. */
  public TaskDefinition definition() {
    return definition;
  }

  /** Returns how many rows the data has, before any limit. */
  public int rows() {
    return rows;
  }

  /** Returns the number of examples. */
  public int examples() {
    return questions.examples().size();
  }

  /** Returns the split of an example: VALIDATION or TEST. */
  public Split split(int example) {
    return questions.examples().get(example).split();
  }

  /** Returns the numbers of the examples of a split. */
  public int[] examples(Split split) {
    return IntStream.range(0, examples())
        .filter(example -> split == Split.ALL || split(example) == split)
        .toArray();
  }

  /**
   * Returns a SHA-256, as 64 hexadecimal digits, of everything that decides what is asked and how
   * it is scored: the settings that affect a result, the tokenizer's files, and of each example the
   * tokens, choices, right answers and split. It does not depend on where the files are. Tasks with
   * equal digests ask the same.
   */
  public String digest() {
    return digest;
  }

  /**
   * Returns how many tokens a model reads to answer all examples once; tokens that it generates are
   * not counted.
   */
  public long tokens() {
    return questions.requests().stream().mapToLong(asked -> asked.tokens().length).sum()
        + questions.prompts().stream().mapToLong(prompt -> prompt.length).sum();
  }

  /**
   * Returns the multiplications and additions for an example, on average, if the model runs from
   * states at {@code stop}. Every generation is counted with the most tokens that the task allows.
   */
  public double operations(PassCost cost, Stop stop) {
    double sum = 0;
    for (ScoreRequest request : questions.requests()) {
      sum += cost.operations(stop, request.tokens().length, request.readTokens());
    }
    for (int[] prompt : questions.prompts()) {
      sum += cost.operations(stop, prompt.length, 1);
      for (int added = 1; added < definition.newTokens(); added++) {
        sum += cost.nextToken(prompt.length + added - 1);
      }
    }
    return sum / examples();
  }

  TaskQuestions questions() {
    return questions;
  }

  /**
   * Returns the examples as lm-evaluation-harness's samples files have them. In a sweep this is
   * empty, since it writes no such files and need not keep the rows of the data.
   */
  Optional<TaskSamples> samples() {
    return samples;
  }
}
