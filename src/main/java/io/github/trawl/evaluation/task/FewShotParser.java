package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.task.FewShotSettings.Source;
import io.github.trawl.evaluation.task.TaskDefinition.Prompts;
import io.github.trawl.evaluation.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads what a task file says of few-shot examples: {@code num_fewshot}, {@code fewshot_split},
 * {@code fewshot_delimiter} [two newlines] and, in {@code fewshot_config}, what is different for
 * examples than for questions. Without examples, the values of {@code fewshot_split} and {@code
 * fewshot_config} are not checked.
 *
 * <p>If examples come from the evaluated split, lm-evaluation-harness may show a row, answer
 * included, as its own example, unless {@code fewshot_split} and {@code test_split} name the same
 * split, or neither is there. Here a task is refused where it may.
 */
final class FewShotParser {
  static final String DEFAULT_DELIMITER = "\n\n";
  private static final List<String> CONFIG =
      List.of(
          "sampler",
          "split",
          "samples",
          "doc_to_text",
          "doc_to_target",
          "doc_to_choice",
          "fewshot_delimiter",
          "target_delimiter");

  private final TaskKeys keys;
  private final TaskKeys config;
  private final OutputType type;

  FewShotParser(TaskKeys keys, OutputType type) {
    this.keys = keys;
    this.config = keys.nested("fewshot_config", CONFIG);
    this.type = type;
  }

  /** Returns the task's {@code fewshot_delimiter}, which also ends generations by default. */
  String delimiter() {
    return keys.text("fewshot_delimiter").orElse(DEFAULT_DELIMITER);
  }

  /**
   * Returns the number of examples: 0 if the task says 0, else the user's number, else the task's.
   */
  int number(FewShotOptions asked) {
    int own = keys.has("num_fewshot") ? keys.integer("num_fewshot", 0, 0) : 0;
    boolean none = keys.has("num_fewshot") && own == 0;
    return none ? 0 : asked.number().orElse(own);
  }

  /**
   * Returns the settings of the examples; empty if there are none.
   *
   * @param prompts the task's templates, used for what {@code fewshot_config} leaves out
   * @throws io.github.trawl.TrawlException of category USAGE naming file and key
   */
  Optional<FewShotSettings> parse(FewShotOptions asked, Prompts prompts) {
    // Read without examples, too, as it also stands between a system instruction and a description.
    String delimiter = delimiter();
    int number = number(asked);
    if (number == 0) {
      return Optional.empty();
    }
    if (type == OutputType.PERPLEXITY || type == OutputType.MASK_FILL) {
      throw keys.wrong(
          "num_fewshot",
          "doesn't fit output_type "
              + type.label()
              + "; with num_fewshot: 0 the task has no examples whatever --num-fewshot says");
    }
    if (config.has("doc_to_choice") && type != OutputType.CHOICE) {
      throw config.wrong("doc_to_choice", "doesn't fit output_type " + type.label());
    }
    List<Template> choices =
        config.choices("doc_to_choice").stream()
            .map(source -> config.parse("doc_to_choice", source))
            .toList();
    return Optional.of(
        new FewShotSettings(
            number,
            asked.seed(),
            takesFirst(),
            source(),
            config.text("fewshot_delimiter").orElse(delimiter),
            config.text("target_delimiter").or(() -> keys.text("target_delimiter")).orElse(" "),
            config.template("doc_to_text").orElse(prompts.text()),
            config.has("doc_to_target")
                ? config.templateOrValue("doc_to_target")
                : prompts.target(),
            choices.isEmpty() ? prompts.choices() : choices));
  }

  /** Returns whether the examples are the first rows of their source rather than drawn. */
  private boolean takesFirst() {
    String sampler = config.text("sampler").orElse("default");
    if (!List.of("default", "first_n").contains(sampler)) {
      throw config.wrong("sampler", "is '" + sampler + "', not one of default, first_n");
    }
    return sampler.equals("first_n");
  }

  /** Returns the split that is evaluated, which for the harness may be the validation split. */
  static String evaluatedSplit(TaskKeys keys) {
    return keys.text("test_split").or(() -> keys.text("validation_split")).orElse("test");
  }

  private Source source() {
    Optional<String> named = config.text("split").or(() -> keys.text("fewshot_split"));
    // As in the harness, which compares these two keys, also where both are absent.
    boolean dropsQuestion = named.equals(testSplit());
    if (config.has("samples")) {
      if (named.isPresent()) {
        throw config.wrong("samples", "and a split are both given; leave one out");
      }
      return new Source("fewshot_config.samples", Optional.empty(), samples(), dropsQuestion);
    }
    String evaluated = evaluatedSplit(keys);
    String split =
        named
            .or(() -> keys.text("training_split"))
            .or(() -> keys.text("validation_split"))
            .orElse(evaluated);
    if (!split.equals(evaluated)) {
      return new Source(split, Optional.of(file(split)), List.of(), dropsQuestion);
    }
    if (!dropsQuestion) {
      throw named.isPresent()
          ? keys.wrong(
              "test_split",
              "is missing: examples come from the evaluated rows, so name '"
                  + evaluated
                  + "' there, too")
          : keys.wrong(
              "fewshot_split",
              "is missing: name the split that examples come from; with '"
                  + evaluated
                  + "' they are other rows of the evaluated ones");
    }
    return new Source(split, Optional.empty(), List.of(), true);
  }

  /** Returns {@code test_split}, whose default is the split that is evaluated without any key. */
  private Optional<String> testSplit() {
    return keys.text("test_split")
        .or(
            () ->
                keys.has("validation_split")
                    ? Optional.empty()
                    : Optional.of(evaluatedSplit(keys)));
  }

  /** Returns the file of a split that is not the evaluated one. */
  private String file(String split) {
    TaskKeys dataset = keys.nested("dataset_kwargs", List.of("data_files", "field"));
    if (!(dataset.value("data_files") instanceof Map<?, ?> files)) {
      throw keys.wrong(
          "fewshot_split",
          "or another key names the split '"
              + split
              + "' for examples, but the task has one file; give dataset_kwargs.data_files a map of"
              + " splits, or name the same split as test_split");
    }
    if (!(files.get(split) instanceof String file)) {
      throw dataset.wrong("data_files", "has no file for the split '" + split + "'");
    }
    return file;
  }

  private List<Map<String, Object>> samples() {
    if (!(config.value("samples") instanceof List<?> list) || list.isEmpty()) {
      throw config.wrong("samples", "must be a list of rows");
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Map<?, ?>)) {
        throw config.wrong("samples", "holds " + element + ", which is no map of fields");
      }
      rows.add(fields((Map<?, ?>) element));
    }
    return rows;
  }

  private Map<String, Object> fields(Map<?, ?> row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    row.forEach((name, value) -> fields.put(String.valueOf(name), asOfJson(value)));
    return fields;
  }

  /** Returns a value of YAML as the JSON of a data file would give it. */
  private Object asOfJson(Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Map<?, ?> map) {
      return fields(map);
    }
    if (value instanceof List<?> list) {
      List<Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(asOfJson(element)));
      return elements;
    }
    if (value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean) {
      return value;
    }
    throw config.wrong("samples", "holds " + Objects.toString(value) + "; put it in quotes");
  }
}
