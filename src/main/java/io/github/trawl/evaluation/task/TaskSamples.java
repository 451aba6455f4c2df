package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.template.PythonLiteral;
import io.github.trawl.evaluation.template.PythonText;
import io.github.trawl.evaluation.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The examples of a task as the samples files of lm-evaluation-harness 0.4.13 have them: one JSON
 * object a line, with its keys, in its order. Log-probabilities are texts, as there.
 *
 * <p>Metrics that the harness doesn't have stand behind its own. What a masked model reads is the
 * prompt with its masks; a choice then has no delimiter.
 */
public final class TaskSamples {
  private static final String FILTER = "none";

  private final TaskDefinition definition;
  private final List<Map<String, Object>> rows;
  private final List<Example> examples;
  private final String delimiter;
  private final Set<String> fields = new LinkedHashSet<>();
  private final Template target;

  private TaskSamples(
      TaskDefinition definition,
      List<Map<String, Object>> rows,
      List<Example> examples,
      String delimiter) {
    this.definition = definition;
    this.rows = rows;
    this.delimiter = delimiter;
    this.examples = List.copyOf(examples);
    rows.forEach(row -> fields.addAll(row.keySet()));
    this.target = definition.prompts().over(fields).target();
  }

  /**
   * The samples of a task of which {@code examples} are asked.
   *
   * @param scoring as the task is asked, which in a chat is without a text before the answer
   */
  public static TaskSamples of(Task task, List<Example> examples, ScoringOptions scoring) {
    return new TaskSamples(task.definition(), task.allRows(), examples, scoring.targetDelimiter());
  }

  /** The line of an example, without its end. */
  public String line(ExampleResult result) {
    Example example = examples.get(result.index());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("doc_id", result.index());
    line.put("doc", document(example));
    line.put("target", target(example));
    List<List<Object>> arguments = arguments(example, result);
    line.put("arguments", named(arguments));
    List<Object> answers = answers(result);
    line.put("resps", answers.stream().map(List::of).toList());
    line.put("filtered_resps", answers);
    line.put("filter", FILTER);
    Map<String, Object> metrics = metrics(result);
    line.put("metrics", List.copyOf(metrics.keySet()));
    line.put("doc_hash", DigestUtils.sha256Hex(PythonJson.indented(document(example))));
    line.put("prompt_hash", DigestUtils.sha256Hex((String) arguments.get(0).get(0)));
    line.put("target_hash", DigestUtils.sha256Hex(target(example)));
    line.putAll(metrics);
    return PythonJson.compact(line);
  }

  /** What the harness calls the hash of a task: that of the hashes of all its samples. */
  public String hash(List<ExampleResult> results) {
    return DigestUtils.sha256Hex(
        results.stream()
            .map(
                result -> {
                  Example example = examples.get(result.index());
                  String prompt = (String) arguments(example, result).get(0).get(0);
                  return DigestUtils.sha256Hex(PythonJson.indented(document(example)))
                      + DigestUtils.sha256Hex(prompt)
                      + DigestUtils.sha256Hex(target(example));
                })
            .collect(Collectors.joining()));
  }

  /** The row with a null for each field that others have, as the harness reads it. */
  private Map<String, Object> document(Example example) {
    Map<String, Object> row = rows.get(example.row());
    Map<String, Object> document = new LinkedHashMap<>();
    fields.forEach(field -> document.put(field, row.get(field)));
    return document;
  }

  /** {@code str(target)}: of a choice mostly the index. */
  private String target(Example example) {
    Map<String, Object> row = rows.get(example.row());
    Object value = target.isBare() ? target.value(row) : target.render(row);
    if (value instanceof String text && PythonLiteral.isList(text) && !target.isBare()) {
      return python(PythonLiteral.list(text));
    }
    return value instanceof String text ? text : python(value);
  }

  /** {@code repr} of a value, of which texts without both kinds of quotes are the common case. */
  private static String python(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(TaskSamples::python).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof String text) {
      String escaped =
          text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
      return escaped.contains("'") && !escaped.contains("\"")
          ? '"' + escaped + '"'
          : "'" + escaped.replace("'", "\\'") + "'";
    }
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    if (value == null) {
      return "None";
    }
    return value instanceof Double number ? PythonText.number(number) : String.valueOf(value);
  }

  private List<List<Object>> arguments(Example example, ExampleResult result) {
    String prompt = result.asked().prompt();
    return switch (definition.outputType()) {
      case CHOICE -> {
        String between = prompt.equals(example.context()) ? delimiter : "";
        List<List<Object>> each = new ArrayList<>();
        example.answers().forEach(answer -> each.add(List.of(prompt, between + answer)));
        yield each;
      }
      case GENERATE -> List.of(List.of(prompt, generation()));
      case MASK_FILL -> List.of(List.of(prompt));
      case LOGLIKELIHOOD -> List.of(List.of(prompt, example.target()));
      case PERPLEXITY -> List.of(List.of(example.target()));
    };
  }

  /** The key {@code generation_kwargs} with what is in force where it says nothing. */
  private Map<String, Object> generation() {
    Map<String, Object> options = new LinkedHashMap<>();
    if (definition.settings().get("generation_kwargs") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> options.put(String.valueOf(key), value));
    }
    options.computeIfPresent("temperature", (key, value) -> ((Number) value).doubleValue());
    options.putIfAbsent("max_gen_toks", definition.newTokens());
    options.putIfAbsent("until", definition.until());
    return options;
  }

  private static Map<String, Object> named(List<List<Object>> arguments) {
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      Map<String, Object> each = new LinkedHashMap<>();
      for (int j = 0; j < arguments.get(i).size(); j++) {
        each.put("arg_" + j, arguments.get(i).get(j));
      }
      named.put("gen_args_" + i, each);
    }
    return named;
  }

  /** One for each request: a text, a log-probability, or one with whether it is the greedy one. */
  private List<Object> answers(ExampleResult result) {
    return switch (definition.outputType()) {
      case CHOICE -> {
        List<Object> each = new ArrayList<>();
        Asked asked = result.asked();
        for (int i = 0; i < asked.choices().size(); i++) {
          each.add(scored(asked.logLikelihoods().get(i), asked.greedy().get(i)));
        }
        yield each;
      }
      case GENERATE, MASK_FILL -> List.of(result.prediction());
      case LOGLIKELIHOOD ->
          List.of(scored(logLikelihood(result), result.measures().get(Metric.ACC.label()) == 1));
      case PERPLEXITY -> List.of(PythonText.number(logLikelihood(result)));
    };
  }

  private static List<String> scored(double logLikelihood, boolean greedy) {
    return List.of(PythonText.number(logLikelihood), greedy ? "True" : "False");
  }

  private static double logLikelihood(ExampleResult result) {
    return result.measures().get(Measures.LOG_LIKELIHOOD);
  }

  /** What the harness hands to a metric's aggregation. */
  private Map<String, Object> metrics(ExampleResult result) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Metric metric : definition.metrics()) {
      double measure = result.measures().get(metric.measure());
      boolean counted = definition.outputType() == OutputType.LOGLIKELIHOOD && metric.isShare();
      values.put(
          metric.label(),
          metric.isMeanOfExamples()
              ? (counted ? (Object) (long) measure : measure)
              : List.of(logLikelihood(result), (long) measure));
    }
    return values;
  }
}
