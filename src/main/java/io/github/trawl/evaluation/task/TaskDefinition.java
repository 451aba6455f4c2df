package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The checked content of a task file. {@link TaskParser} lists the keys of such a file.
 *
 * @param name the name of the task
 * @param outputType how the model answers
 * @param data where the rows are
 * @param prompts the templates with which rows are rendered
 * @param targetDelimiter the text between prompt and answer
 * @param newTokens the most tokens of a generation
 * @param until texts that end a generation
 * @param validationFraction the fraction of the examples that are the validation split: the first
 *     int(fraction · n)
 * @param maxAnswerTokens the most tokens of an answer; rows with longer answers are left out. As in
 *     LASER, special tokens that the tokenizer adds to the answer count, too
 * @param metrics the metrics in the order of the results, of which the first chooses edits
 * @param exactMatch what the metric {@code exact_match} ignores
 * @param fewShot the settings of few-shot examples, if there are any
 * @param version the version of the task, for the results file
 * @param settings the keys and values of the task file, for the results file; {@code num_fewshot}
 *     is the number of examples in force, which the user may have set
 */
public record TaskDefinition(
    String name,
    OutputType outputType,
    DataSource data,
    Prompts prompts,
    String targetDelimiter,
    int newTokens,
    List<String> until,
    double validationFraction,
    OptionalInt maxAnswerTokens,
    List<Metric> metrics,
    ExactMatch exactMatch,
    Optional<FewShotSettings> fewShot,
    String version,
    Map<String, Object> settings) {
  /**
   * Where rows come from.
   *
   * @param path the path of the file, absolute or relative to the task file; empty if only the user
   *     can name it
   * @param field the field of a JSON object whose array is the rows; empty if the file itself lists
   *     the rows
   */
  public record DataSource(Optional<String> path, Optional<String> field) {}

  /**
   * The templates with which a row is rendered, and settings of masked prompts.
   *
   * @param description the text before every prompt, if there is one
   * @param text what a causal model reads before the answer
   * @param masked what a masked model reads, if that is not {@code text} with masks after it
   * @param maskedLastTokens by name, the fields of which the masked prompt takes only the last
   *     tokens, with the most tokens of each
   * @param laserChoices how a masked model is asked for LASER's metrics of a choice
   * @param target the answer, or the index of the right choice
   * @param choices one template that gives a list, or one for each choice; empty for a task without
   *     choices
   * @param countedText the text whose words and bytes a perplexity is divided by, if that is not
   *     the answer
   * @param filter a condition that is true for the rows that become examples, if not all do
   */
  public record Prompts(
      Optional<Template> description,
      Template text,
      Optional<Template> masked,
      Map<String, Integer> maskedLastTokens,
      LaserChoiceMode laserChoices,
      Template target,
      List<Template> choices,
      Optional<Template> countedText,
      Optional<Template> filter) {
    /**
     * Returns the templates for rows with these fields, see {@link Template#forFields}. In a list
     * of choices, a choice such as {@code A} is never taken for a field of that name.
     */
    Prompts forFields(Set<String> fields) {
      return new Prompts(
          description.map(template -> template.forFields(fields)),
          text.forFields(fields),
          masked.map(template -> template.forFields(fields)),
          maskedLastTokens,
          laserChoices,
          target.forFields(fields),
          choices.size() == 1 ? List.of(choices.get(0).forFields(fields)) : choices,
          countedText.map(template -> template.forFields(fields)),
          filter.map(template -> template.forFields(fields)));
    }
  }

  /** Returns the benchmark of the Hub that the task file names, if it names one. */
  public Optional<HubBenchmark> benchmark() {
    return HubBenchmark.in(settings);
  }

  /** Returns the number of few-shot examples before each question. */
  public int shots() {
    return fewShot.map(FewShotSettings::number).orElse(0);
  }

  /** Returns the settings that a scorer needs. */
  public ScoringOptions scoring() {
    return new ScoringOptions(
        name,
        outputType,
        targetDelimiter,
        metrics,
        exactMatch,
        prompts.laserChoices(),
        newTokens,
        until,
        shots());
  }
}
