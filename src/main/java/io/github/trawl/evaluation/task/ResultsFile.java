package io.github.trawl.evaluation.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Results in the shape of the file that lm-evaluation-harness writes: {@code results}, {@code
 * groups} where groups have averages, {@code group_subtasks}, {@code configs}, {@code versions},
 * {@code n-shot}, {@code higher_is_better}, {@code n-samples}, {@code config}.
 *
 * <p>A metric's key is its name and, in the place of the harness's filter, the split, with {@code
 * none} for all examples: {@code "acc,none"}, {@code "acc,validation"}, {@code "acc,test"}. Keys
 * such as {@code "acc_stderr,none"} hold the standard error, and those with {@code _ci_low} and
 * {@code _ci_high} the ends of the 95 % interval; {@code "N/A"} where there is none.
 */
public final class ResultsFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ResultsFile() {}

  /**
   * Returns the content of the file. The same arguments always give the same content.
   *
   * @param config the section {@code config}: what was evaluated and how
   */
  public static String content(
      List<TaskResults> tasks, List<TaskGroup> groups, Map<String, Object> config) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("results", new LinkedHashMap<String, Object>());
    if (groups.stream().anyMatch(group -> !group.averages().isEmpty())) {
      root.put("groups", new LinkedHashMap<String, Object>());
    }
    for (String section :
        List.of(
            "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples")) {
      root.put(section, new LinkedHashMap<String, Object>());
    }
    for (TaskResults task : tasks) {
      String name = task.definition().name();
      put(root, "results", name, values(task));
      put(root, "configs", name, task.definition().settings());
      put(root, "versions", name, task.definition().version());
      put(root, "n-shot", name, task.definition().shots());
      put(root, "higher_is_better", name, directions(task.definition()));
      Map<String, Integer> samples = new LinkedHashMap<>();
      samples.put("original", task.rowCount());
      samples.put("effective", task.examples(Split.ALL));
      put(root, "n-samples", name, samples);
    }
    groups.forEach(group -> put(root, group, tasks));
    root.put("config", config);
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("config " + config + " can't be written as JSON", e);
    }
  }

  /**
   * Puts the sections of a group. Its {@code higher_is_better} is that of the tasks that it lists
   * itself; its {@code n-shot} is theirs if they agree, else it has none.
   */
  private static void put(Map<String, Object> root, TaskGroup group, List<TaskResults> tasks) {
    put(root, "results", group.name(), values(group, tasks));
    if (!group.averages().isEmpty()) {
      put(root, "groups", group.name(), values(group, tasks));
    }
    put(root, "group_subtasks", group.name(), group.children());
    put(root, "versions", group.name(), group.version());
    Set<Integer> shots = new HashSet<>();
    Map<String, Boolean> better = new LinkedHashMap<>();
    for (TaskResults task : tasks) {
      if (group.children().contains(task.definition().name())) {
        shots.add(task.definition().shots());
        better.putAll(directions(task.definition()));
      }
    }
    if (shots.size() == 1) {
      put(root, "n-shot", group.name(), shots.iterator().next());
    }
    if (!better.isEmpty()) {
      put(root, "higher_is_better", group.name(), better);
    }
  }

  private static Map<String, Boolean> directions(TaskDefinition task) {
    Map<String, Boolean> better = new LinkedHashMap<>();
    task.metrics().forEach(metric -> better.put(metric.label(), metric.higherIsBetter()));
    return better;
  }

  private static Map<String, Object> values(TaskGroup group, List<TaskResults> tasks) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("alias", group.alias());
    values.put("name", group.name());
    if (!group.averages().isEmpty()) {
      values.put(
          "sample_len",
          tasks.stream()
              .filter(task -> group.tasks().contains(task.definition().name()))
              .mapToInt(task -> task.examples(Split.ALL))
              .sum());
      values.putAll(averages(group, tasks));
      Map<String, Integer> counts = new LinkedHashMap<>();
      group.values(tasks).forEach(value -> counts.put(key(value, ""), value.examples()));
      values.put("sample_count", counts);
    }
    return values;
  }

  /** Returns the averages of a group, by the keys of metrics in the file. */
  public static Map<String, Object> averages(TaskGroup group, List<TaskResults> tasks) {
    Map<String, Object> values = new LinkedHashMap<>();
    group.values(tasks).forEach(value -> put(values, value));
    return values;
  }

  private static void put(Map<String, Object> root, String section, String task, Object value) {
    section(root, section).put(task, value);
  }

  @SuppressWarnings("unchecked") // The sections were made so above.
  private static Map<String, Object> section(Map<String, Object> root, String section) {
    return (Map<String, Object>) root.get(section);
  }

  private static Map<String, Object> values(TaskResults task) {
    Map<String, Object> values = new LinkedHashMap<>();
    String name = task.definition().name();
    values.put("name", name);
    values.put("alias", task.definition().settings().getOrDefault("task_alias", name));
    values.put("sample_len", task.examples(Split.ALL));
    task.values().forEach(value -> put(values, value));
    return values;
  }

  private static void put(Map<String, Object> values, MetricValue value) {
    values.put(key(value, ""), number(value.value()));
    values.put(key(value, "_stderr"), number(value.standardError()));
    values.put(key(value, "_ci_low"), number(value.low()));
    values.put(key(value, "_ci_high"), number(value.high()));
  }

  private static String key(MetricValue value, String what) {
    String filter = value.split() == Split.ALL ? "none" : value.split().label();
    return value.metric().label() + what + "," + filter;
  }

  private static Object number(double value) {
    return Double.isFinite(value) ? value : "N/A";
  }
}
