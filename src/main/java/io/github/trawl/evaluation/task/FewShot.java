package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The examples that stand before each question of a task; {@link FewShotParser} lists the keys.
 *
 * @param number how many, at least 1
 * @param seed of the draws
 * @param first whether they are the first ones of their source rather than drawn
 * @param source where they come from
 * @param delimiter behind each answer
 * @param targetDelimiter between question and answer
 * @param text the question
 * @param target the answer, or of a choice its index
 * @param choices as those of the task
 */
record FewShot(
    int number,
    int seed,
    boolean first,
    Source source,
    String delimiter,
    String targetDelimiter,
    Template text,
    Template target,
    List<Template> choices) {
  /**
   * Where examples come from: the file if there is one, else the samples if there are any, else the
   * evaluated rows, each of which is not its own example.
   *
   * @param split how messages name it
   * @param path of the file, absolute or relative to the task file
   * @param samples rows of the task file itself
   */
  record Source(String split, Optional<String> path, List<Map<String, Object>> samples) {
    /** Copies the list. */
    Source {
      samples = List.copyOf(samples);
    }

    /** Whether examples are drawn from the rows that are evaluated. */
    boolean isEvaluated() {
      return path.isEmpty() && samples.isEmpty();
    }
  }

  /** The templates for rows with these fields, as {@link TaskDefinition.Prompts#over}. */
  FewShot over(Set<String> fields) {
    return new FewShot(
        number,
        seed,
        first,
        source,
        delimiter,
        targetDelimiter,
        text.over(fields),
        target.over(fields),
        choices.size() == 1 ? List.of(choices.get(0).over(fields)) : choices);
  }
}
