package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.task.TaskDefinition.DataSource;
import io.github.trawl.evaluation.task.TaskDefinition.Prompts;
import io.github.trawl.evaluation.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Checks a task file. These keys are lm-evaluation-harness's; their defaults are in brackets:
 *
 * <ul>
 *   <li>{@code task}: its name; {@code output_type} [generate_until]: {@link OutputType};
 *   <li>{@code dataset_path}: a JSON or JSONL file, or {@code json}; then {@code
 *       dataset_kwargs.data_files} names the file, or maps splits to files, of which that of {@code
 *       test_split} [{@code validation_split}, else test] is read; {@code dataset_kwargs.field}:
 *       the field of a JSON object that holds the rows;
 *   <li>{@code doc_to_text}, {@code doc_to_target}, {@code doc_to_choice}: templates, the last also
 *       a list of templates, see {@link Template} and {@link ChoiceReader};
 *   <li>{@code description}: a template of the text before every prompt; {@code target_delimiter}
 *       [a space]: the text between prompt and answer, not used for {@code loglikelihood};
 *   <li>{@code num_fewshot} [0] and the other keys of few-shot examples, see {@link FewShotParser};
 *   <li>{@code generation_kwargs}: {@code max_gen_toks} [256]; {@code until} [nothing, but {@code
 *       fewshot_delimiter} with few-shot examples or {@code exact_match}]; {@code do_sample} and
 *       {@code temperature}, of which only {@code false} and 0, greedy generation, are allowed;
 *   <li>{@code metric_list} [{@link Metric#defaultsFor} the type]: see {@link MetricList};
 *   <li>{@code metadata.version} [1.0]; also in {@code metadata}, the keys of {@link HubBenchmark}.
 * </ul>
 *
 * <p>These keys are Trawl's own:
 *
 * <ul>
 *   <li>{@code doc_filter}: a template whose value is true for the rows that become examples;
 *       {@code max_answer_tokens}: the most tokens of an answer; rows with longer ones are left
 *       out;
 *   <li>{@code doc_to_count} [the answer]: a template of the text whose words and bytes a
 *       perplexity is divided by;
 *   <li>{@code validation_fraction} [0.2]: the fraction of the examples, from the first, that are
 *       the validation split;
 *   <li>{@code masked.doc_to_text}: a template of a masked model's prompt, with {@code [MASK]}
 *       where it predicts; {@code masked.last_tokens}: a map from fields to numbers: the prompt
 *       takes only so many tokens of the field, the last ones; {@code masked.laser_choices}
 *       [continuation]: {@link LaserChoiceMode}.
 * </ul>
 *
 * <p>Those keys of the harness that have no influence on scores are ignored. All other keys are
 * errors, and so is a value of {@code repeats} other than 1.
 */
final class TaskParser {
  private static final List<String> READ =
      List.of(
          "task",
          "output_type",
          "dataset_path",
          "dataset_kwargs",
          "description",
          "doc_to_text",
          "doc_to_target",
          "doc_to_choice",
          "target_delimiter",
          "generation_kwargs",
          "metric_list",
          "metadata",
          "masked",
          "doc_filter",
          "max_answer_tokens",
          "doc_to_count",
          "validation_fraction",
          "test_split",
          "training_split",
          "validation_split",
          "num_fewshot",
          "fewshot_split",
          "fewshot_delimiter",
          "fewshot_config");

  /** Ignored keys of lm-evaluation-harness: they have no influence on scores. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "tag",
          "task_alias",
          "dataset_name",
          "should_decontaminate",
          "doc_to_decontamination_query",
          "repeats");

  private static final int DEFAULT_NEW_TOKENS = 256;

  /**
   * The number of tasks that generate no text. It asks nothing, but counts in the digests of tasks.
   */
  private static final int NO_NEW_TOKENS = 10;

  private final TaskKeys keys;
  private final FewShotOptions fewShot;
  private final OutputType type;

  private TaskParser(TaskKeys keys, FewShotOptions fewShot) {
    this.keys = keys;
    this.fewShot = fewShot;
    String label = keys.text("output_type").orElse("generate_until");
    this.type =
        OutputType.find(label)
            .orElseThrow(
                () ->
                    keys.wrong(
                        "output_type",
                        "is '" + label + "', not one of " + String.join(", ", OutputType.known())));
  }

  /**
   * Checks the content of a file.
   *
   * @param where the file, for messages
   * @param fewShot the user's settings for few-shot examples
   * @throws io.github.trawl.TrawlException of category USAGE naming file and key
   */
  static TaskDefinition parse(String where, Map<?, ?> content, FewShotOptions fewShot) {
    TaskKeys keys = new TaskKeys(where, "", content);
    List<String> known = new ArrayList<>(READ);
    known.addAll(WITHOUT_EFFECT);
    keys.requireKnown(known);
    keys.requireOnly("repeats", 1);
    Map<String, Object> settings = new LinkedHashMap<>();
    content.forEach((key, value) -> settings.put((String) key, value));
    return new TaskParser(keys, fewShot).definition(settings);
  }

  private TaskDefinition definition(Map<String, Object> settings) {
    TaskKeys generation =
        keys.nested(
            "generation_kwargs", List.of("max_gen_toks", "until", "do_sample", "temperature"));
    generation.requireOnly("do_sample", false);
    if (generation.fraction("temperature", 0) != 0) {
      throw generation.wrong("temperature", "can only be 0");
    }
    if (generation.texts("until").contains("")) {
      throw generation.wrong(
          "until",
          "holds an empty text, which stands in any answer, so that lm-evaluation-harness ends each"
              + " after its first token; leave it out");
    }
    MetricList metrics = MetricList.parse(keys, type);
    Prompts prompts = prompts();
    FewShotParser examples = new FewShotParser(keys, type);
    if (examples.number(fewShot) > 0 || keys.has("num_fewshot")) {
      settings.put("num_fewshot", examples.number(fewShot));
    }
    return new TaskDefinition(
        keys.requiredText("task"),
        type,
        data(),
        prompts,
        keys.text("target_delimiter").orElse(" "),
        generation.integer(
            "max_gen_toks", type == OutputType.GENERATE ? DEFAULT_NEW_TOKENS : NO_NEW_TOKENS, 1),
        until(generation, examples, metrics),
        keys.fraction("validation_fraction", 0.2),
        maxAnswerTokens(),
        metrics.metrics(),
        metrics.exactMatch(),
        examples.parse(fewShot, prompts),
        metadataVersion(),
        settings);
  }

  /**
   * Returns the texts that end a generation. With few-shot examples or {@code exact_match}, the
   * default is the harness's: the generation ends where the next example would begin. Otherwise it
   * goes on to its full length by default, because it is searched for the answer, as in LASER.
   */
  private List<String> until(TaskKeys generation, FewShotParser examples, MetricList metrics) {
    boolean ends = examples.number(fewShot) > 0 || metrics.metrics().contains(Metric.EXACT_MATCH);
    if (generation.has("until") || type != OutputType.GENERATE || !ends) {
      return generation.texts("until");
    }
    if (examples.delimiter().isEmpty()) {
      throw keys.wrong(
          "fewshot_delimiter",
          "is empty, so it can't end a generation; give generation_kwargs.until");
    }
    return List.of(examples.delimiter());
  }

  private DataSource data() {
    TaskKeys dataset = keys.nested("dataset_kwargs", List.of("data_files", "field"));
    Optional<String> path = keys.text("dataset_path");
    String split = FewShotParser.evaluatedSplit(keys);
    if (path.isPresent() && path.get().equals("json")) {
      if (dataset.value("data_files") instanceof Map<?, ?> files) {
        if (!(files.get(split) instanceof String file)) {
          throw dataset.wrong("data_files", "has no file for the split '" + split + "'");
        }
        path = Optional.of(file);
      } else {
        path = Optional.of(dataset.requiredText("data_files"));
      }
    } else if (path.isPresent() && namesEvaluated(dataset.value("data_files"), split)) {
      throw dataset.wrong(
          "data_files",
          "names the data, and so does dataset_path; leave data_files out, or write dataset_path: json");
    }
    return new DataSource(path, dataset.text("field"));
  }

  /** Returns whether {@code data_files} names the evaluated rows, not only those of examples. */
  private static boolean namesEvaluated(Object dataFiles, String split) {
    return dataFiles instanceof Map<?, ?> files ? files.containsKey(split) : dataFiles != null;
  }

  private Prompts prompts() {
    TaskKeys masked = keys.nested("masked", List.of("doc_to_text", "last_tokens", "laser_choices"));
    if (masked.has("last_tokens") && !masked.has("doc_to_text")) {
      throw masked.wrong("last_tokens", "needs masked.doc_to_text");
    }
    boolean wholeText = type == OutputType.PERPLEXITY;
    if ((type == OutputType.CHOICE) != keys.has("doc_to_choice")) {
      throw keys.wrong(
          "doc_to_choice",
          type == OutputType.CHOICE ? "is missing" : "doesn't fit output_type " + type.label());
    }
    return new Prompts(
        keys.template("description"),
        wholeText
            ? keys.template("doc_to_text").orElseGet(() -> Template.parse(""))
            : keys.parse("doc_to_text", keys.requiredText("doc_to_text")),
        masked.template("doc_to_text"),
        masked.integers("last_tokens", 1),
        laserChoices(masked),
        keys.templateOrValue("doc_to_target"),
        keys.choices("doc_to_choice").stream()
            .map(source -> keys.parse("doc_to_choice", source))
            .toList(),
        keys.template("doc_to_count"),
        keys.template("doc_filter"));
  }

  private LaserChoiceMode laserChoices(TaskKeys masked) {
    if (masked.has("laser_choices") && type != OutputType.CHOICE) {
      throw masked.wrong("laser_choices", "doesn't fit output_type " + type.label());
    }
    String label = masked.text("laser_choices").orElse("continuation");
    return LaserChoiceMode.find(label)
        .orElseThrow(
            () ->
                masked.wrong(
                    "laser_choices",
                    "is '"
                        + label
                        + "', not one of "
                        + String.join(", ", LaserChoiceMode.known())));
  }

  private OptionalInt maxAnswerTokens() {
    if (!keys.has("max_answer_tokens")) {
      return OptionalInt.empty();
    }
    if (type == OutputType.CHOICE || type == OutputType.PERPLEXITY) {
      throw keys.wrong("max_answer_tokens", "doesn't fit output_type " + type.label());
    }
    return OptionalInt.of(keys.integer("max_answer_tokens", 1, 1));
  }

  private String metadataVersion() {
    Object metadata = keys.value("metadata");
    return metadata instanceof Map<?, ?> map && map.get("version") != null
        ? map.get("version").toString()
        : "1.0";
  }
}
