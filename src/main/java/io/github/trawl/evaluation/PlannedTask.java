package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskQuestions;
import io.github.trawl.evaluation.task.TaskSamples;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A task with all that it asks. Its examples are numbered from 0, in the order of the data.
 *
 * <p>Equal digests mean that the same was asked.
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

  /** The name of the task, unique in its session. */
  public String name() {
    return definition.name();
  }

  /** What the task file says, metrics included. */
  public TaskDefinition definition() {
    return definition;
  }

  /** How many rows the data has, before any limit. */
  public int rows() {
    return rows;
  }

  /** How many examples there are. */
  public int examples() {
    return questions.examples().size();
  }

  /** The split of an example: VALIDATION or TEST. */
  public Split split(int example) {
    return questions.examples().get(example).split();
  }

  /** The numbers of the examples of a split. */
  public int[] examples(Split split) {
    return IntStream.range(0, examples())
        .filter(example -> split == Split.ALL || split(example) == split)
        .toArray();
  }

  /**
   * SHA-256, as 64 hexadecimal digits, of everything that decides what is asked and what is right:
   * the task's settings that change a number, the tokenizer, and of each example the tokens,
   * choices, right answers and split. The places of files have no part in it.
   */
  public String digest() {
    return digest;
  }

  /** Returns how many tokens a model reads to answer all examples once. */
  public long tokens() {
    return questions.requests().stream().mapToLong(asked -> asked.tokens().length).sum()
        + questions.prompts().stream().mapToLong(prompt -> prompt.length).sum();
  }

  /**
   * Returns the multiplications and additions that an example takes, on average, of a model that
   * goes on from {@code stop}; texts that are continued are counted with all tokens that the task
   * allows.
   */
  public double operations(PassCost cost, Stop stop) {
    double sum = 0;
    for (ScoreRequest request : questions.requests()) {
      int read = (int) Arrays.stream(request.positions()).distinct().count();
      sum += cost.operations(stop, request.tokens().length, read);
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
   * The examples as the harness's samples files have them; empty in a sweep, which would hold the
   * rows of the data for nothing.
   */
  Optional<TaskSamples> samples() {
    return samples;
  }
}
