package io.github.trawl.evaluation.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results in the shape of the file that lm-evaluation-harness writes: {@code results}, {@code
 * group_subtasks}, which is empty without groups of tasks, {@code configs}, {@code versions},
 * {@code n-shot}, {@code higher_is_better}, {@code n-samples}, {@code config}.
 *
 * <p>A metric's key is its name and, where the harness has the filter, {@code none} for all
 * examples, else the split: {@code "acc,none"}, {@code "acc,validation"}, {@code "acc,test"}.
 * Beside it stand {@code _stderr} and the ends of the 95 % interval, {@code _ci_low} and {@code
 * _ci_high}; {@code "N/A"} where there is none.
 */
public final class ResultsFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ResultsFile() {}

  /**
   * The content of the file. It depends on its arguments alone.
   *
   * @param config what was evaluated and how, as the section {@code config}
   */
  public static String content(List<TaskResults> tasks, Map<String, Object> config) {
    Map<String, Object> root = new LinkedHashMap<>();
    for (String section :
        List.of(
            "results",
            "group_subtasks",
            "configs",
            "versions",
            "n-shot",
            "higher_is_better",
            "n-samples")) {
      root.put(section, new LinkedHashMap<String, Object>());
    }
    for (TaskResults task : tasks) {
      String name = task.definition().name();
      put(root, "results", name, values(task));
      put(root, "configs", name, task.definition().settings());
      put(root, "versions", name, task.definition().version());
      put(root, "n-shot", name, task.definition().shots());
      Map<String, Boolean> better = new LinkedHashMap<>();
      task.definition()
          .metrics()
          .forEach(metric -> better.put(metric.label(), metric.higherIsBetter()));
      put(root, "higher_is_better", name, better);
      Map<String, Integer> samples = new LinkedHashMap<>();
      samples.put("original", task.rows());
      samples.put("effective", task.examples(Split.ALL));
      put(root, "n-samples", name, samples);
    }
    root.put("config", config);
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("config " + config + " can't be written as JSON", e);
    }
  }

  @SuppressWarnings("unchecked") // The sections were made so above.
  private static void put(Map<String, Object> root, String section, String task, Object value) {
    ((Map<String, Object>) root.get(section)).put(task, value);
  }

  private static Map<String, Object> values(TaskResults task) {
    Map<String, Object> values = new LinkedHashMap<>();
    String name = task.definition().name();
    values.put("name", name);
    values.put("alias", task.definition().settings().getOrDefault("task_alias", name));
    values.put("sample_len", task.examples(Split.ALL));
    for (MetricValue value : task.values()) {
      String metric = value.metric().label();
      String filter = value.split() == Split.ALL ? "none" : value.split().label();
      values.put(metric + "," + filter, number(value.value()));
      values.put(metric + "_stderr," + filter, number(value.standardError()));
      values.put(metric + "_ci_low," + filter, number(value.low()));
      values.put(metric + "_ci_high," + filter, number(value.high()));
    }
    return values;
  }

  private static Object number(double value) {
    return Double.isFinite(value) ? value : "N/A";
  }
}
