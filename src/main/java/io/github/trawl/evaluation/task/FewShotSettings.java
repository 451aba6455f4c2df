package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the few-shot examples, which stand with their answers before each question of a
 * task; {@link FewShotParser} lists the keys.
 *
 * @param number the number of examples, at least 1
 * @param seed the seed by which examples are drawn
 * @param takesFirst whether they are the first rows of their source rather than drawn
 * @param source where they come from
 * @param delimiter the text after each example
 * @param targetDelimiter the text between question and answer
 * @param text the template of the question
 * @param target the template of the answer, or of the index of the right choice
 * @param choices the templates of the choices, as {@link ChoiceReader} takes them
 */
record FewShotSettings(
    int number,
    int seed,
    boolean takesFirst,
    Source source,
    String delimiter,
    String targetDelimiter,
    Template text,
    Template target,
    List<Template> choices) {
  /**
   * Where examples come from: the file if there is one, else the samples if there are any, else the
   * evaluated rows.
   *
   * @param split the name of the source in messages
   * @param path the path of the file, absolute or relative to the task file
   * @param samples rows that the task file itself lists
   * @param dropsQuestion whether rows that equal the question's are no examples; always true for
   *     the evaluated rows
   */
  record Source(
      String split,
      Optional<String> path,
      List<Map<String, Object>> samples,
      boolean dropsQuestion) {
    /** Copies the list. */
    Source {
      samples = List.copyOf(samples);
    }

    /** Returns whether examples are taken from the rows that are evaluated. */
    boolean isEvaluated() {
      return path.isEmpty() && samples.isEmpty();
    }
  }

  /**
   * Returns the settings for rows with these fields, as {@link TaskDefinition.Prompts#forFields}
   * does.
   */
  FewShotSettings forFields(Set<String> fields) {
    return new FewShotSettings(
        number,
        seed,
        takesFirst,
        source,
        delimiter,
        targetDelimiter,
        text.forFields(fields),
        target.forFields(fields),
        choices.size() == 1 ? List.of(choices.get(0).forFields(fields)) : choices);
  }
}
