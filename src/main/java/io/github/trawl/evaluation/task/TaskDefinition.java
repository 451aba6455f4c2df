package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A task file, checked. Names of keys are those of lm-evaluation-harness where they mean the same;
 * {@link TaskParser} lists them.
 *
 * @param name of the task
 * @param outputType how the model answers
 * @param data where the rows are
 * @param prompts what the model reads of a row
 * @param targetDelimiter the text between prompt and answer
 * @param newTokens the most tokens of a generation
 * @param until texts that end a generation
 * @param validationFraction of the examples, from the first; int(fraction · n) of them
 * @param maxAnswerTokens rows whose answer has more tokens don't count; those that the tokenizer
 *     puts around a text are counted in, as LASER does
 * @param metrics in the order of the results, the one to choose by first
 * @param exactMatch what the metric {@code exact_match} leaves out of account
 * @param fewShot the examples before each question, if there are any
 * @param version of the task, for the results file
 * @param settings the file as it was read, for the results file
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
    Optional<FewShot> fewShot,
    String version,
    Map<String, Object> settings) {
  /**
   * Where rows come from.
   *
   * @param path of the file, absolute or relative to the task file; absent if the user names it
   * @param field of the file's JSON object that holds the rows; absent if the file is just rows
   */
  public record DataSource(Optional<String> path, Optional<String> field) {}

  /**
   * Templates.
   *
   * @param description what stands before every prompt, if anything does
   * @param text what a causal model reads
   * @param masked what a masked model reads, if that is not the text with masks behind it
   * @param maskedLastTokens the most tokens of a field that the masked prompt takes, the last ones
   * @param laserChoices how a masked model is asked for LASER's variants of a choice
   * @param target the answer, or of a choice its index
   * @param choices one template that is a list, or one for each answer; empty without choice
   * @param counted the text whose words and bytes count, if that is not the target
   * @param filter which rows count, if not all
   */
  public record Prompts(
      Optional<Template> description,
      Template text,
      Optional<Template> masked,
      Map<String, Integer> maskedLastTokens,
      LaserChoices laserChoices,
      Template target,
      List<Template> choices,
      Optional<Template> counted,
      Optional<Template> filter) {
    /**
     * The templates for rows with these fields, see {@link Template#over}. In a list of choices a
     * choice such as A is never taken for a field of that name.
     */
    Prompts over(Set<String> fields) {
      return new Prompts(
          description.map(template -> template.over(fields)),
          text.over(fields),
          masked.map(template -> template.over(fields)),
          maskedLastTokens,
          laserChoices,
          target.over(fields),
          choices.size() == 1 ? List.of(choices.get(0).over(fields)) : choices,
          counted.map(template -> template.over(fields)),
          filter.map(template -> template.over(fields)));
    }
  }

  /** The benchmark of the Hub that this task is, if its file names one. */
  public Optional<HubBenchmark> benchmark() {
    return HubBenchmark.in(settings);
  }

  /** How many examples stand before each question. */
  public int shots() {
    return fewShot.map(FewShot::number).orElse(0);
  }

  /** What a scorer needs to know. */
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
