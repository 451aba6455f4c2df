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
 * Writes the results of a task's examples as lines of a samples file of lm-evaluation-harness
 * 0.4.13: one JSON object a line, with the harness's keys in its order. Log-probabilities are
 * texts, as in the harness.
 *
 * <p>Metrics that the harness lacks are written like its own. For a masked model, the prompt is the
 * one with masks, and a choice has no delimiter before it.
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
    this.target = definition.prompts().forFields(fields).target();
  }

  /**
   * Returns a writer for the samples of a task.
   *
   * @param examples the examples that were asked
   * @param scoring the options with which they were asked; in a chat, {@link
   *     ScoringOptions#withoutDelimiter}
   */
  public static TaskSamples of(Task task, List<Example> examples, ScoringOptions scoring) {
    return new TaskSamples(task.definition(), task.allRows(), examples, scoring.targetDelimiter());
  }

  /** Returns the line of an example, without a line end. */
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

  /** Returns what the harness calls the hash of a task: the hash of its samples' hashes. */
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

  /**
   * Returns the row as the harness reads it, with a null for each field that only other rows have.
   */
  private Map<String, Object> document(Example example) {
    Map<String, Object> row = rows.get(example.row());
    Map<String, Object> document = new LinkedHashMap<>();
    fields.forEach(field -> document.put(field, row.get(field)));
    return document;
  }

  /** Returns the harness's {@code str(target)}, which for a choice is mostly the index. */
  private String target(Example example) {
    Map<String, Object> row = rows.get(example.row());
    Object value = target.isFieldOrConstant() ? target.value(row) : target.render(row);
    if (value instanceof String text && PythonLiteral.isList(text) && !target.isFieldOrConstant()) {
      return python(PythonLiteral.list(text));
    }
    return value instanceof String text ? text : python(value);
  }

  /** Returns a value as Python's {@code repr} prints it. */
  private static String python(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(TaskSamples::python).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof String text) {
      return PythonText.quoted(text);
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
    String prompt = result.question().prompt();
    return switch (definition.outputType()) {
      case CHOICE -> {
        // A masked model was asked with another prompt, in which the choice replaces the masks.
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

  /**
   * Returns {@code generation_kwargs} with the values in force for keys that the task leaves out.
   */
  private Map<String, Object> generation() {
    Map<String, Object> options = new LinkedHashMap<>();
    if (definition.settings().get("generation_kwargs") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> options.put(String.valueOf(key), value));
    }
    // The harness makes it a float, so that a 0 is written as 0.0.
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

  /**
   * Returns the model's answers: generated texts, or log-probabilities, with whether the answer is
   * the greedy one for choices and given continuations.
   */
  private List<Object> answers(ExampleResult result) {
    return switch (definition.outputType()) {
      case CHOICE -> {
        List<Object> each = new ArrayList<>();
        AskedQuestion asked = result.question();
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

  /**
   * Returns what the harness passes to the aggregation of each metric: a number, which for {@code
   * acc} of a given continuation is an integer; or for a perplexity of whole texts the
   * log-likelihood and the number of words, bytes or tokens.
   */
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
