package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A file that groups tasks. Keys as in lm-evaluation-harness:
 *
 * <ul>
 *   <li>{@code group}: its name; {@code group_alias}: its name for tables;
 *   <li>{@code task}: names of built-in tasks, or paths of task or group files relative to this
 *       one, with or without {@code .yaml};
 *   <li>{@code aggregate_metric_list}: averages, each with a {@code metric} of its own, {@code
 *       weight_by_size} [true], {@code aggregation}, which can only be {@code mean}, and {@code
 *       filter_list}, which can only be {@code none};
 *   <li>{@code metadata.version}; {@code tag} is ignored.
 * </ul>
 *
 * <p>Other keys, which the harness applies to all tasks of the group, are errors, and so are
 * members of {@code task} that are maps rather than names.
 *
 * @param alias the name for tables
 * @param members the names and paths in {@code task}, as they are written
 */
record GroupFile(
    String name, String alias, String version, List<String> members, List<GroupAverage> averages) {
  private static final List<String> KEYS =
      List.of("group", "group_alias", "task", "aggregate_metric_list", "metadata", "tag");
  private static final List<String> AVERAGE_KEYS =
      List.of("metric", "aggregation", "weight_by_size", "filter_list");

  /** Returns whether the content of a YAML file is a group, rather than a task. */
  static boolean isGroup(Map<?, ?> content) {
    return content.containsKey("group");
  }

  /**
   * Checks the content of a file.
   *
   * @param where the file, for messages
   * @throws io.github.trawl.TrawlException of category USAGE naming file and key
   */
  static GroupFile parse(String where, Map<?, ?> content) {
    TaskKeys keys = new TaskKeys(where, "", content);
    keys.requireKnown(KEYS);
    String name = keys.requiredText("group");
    if (!(keys.value("task") instanceof List<?> list) || list.isEmpty()) {
      // A single name is refused, because the harness makes a group without tasks of it.
      throw keys.wrong("task", "must be a list of the tasks of the group");
    }
    List<String> members = keys.texts("task");
    Object metadata = keys.value("metadata");
    Object version = metadata instanceof Map<?, ?> map ? map.get("version") : null;
    return new GroupFile(
        name,
        keys.text("group_alias").orElse(name),
        version == null ? "N/A" : version.toString(),
        members,
        averages(keys));
  }

  private static List<GroupAverage> averages(TaskKeys keys) {
    Object value = keys.value("aggregate_metric_list");
    List<GroupAverage> averages = new ArrayList<>();
    if (value == null) {
      return averages;
    }
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      if (!(element instanceof Map<?, ?> map)) {
        throw keys.wrong("aggregate_metric_list", "holds " + element + ", which has no key metric");
      }
      TaskKeys average = keys.element("aggregate_metric_list", map);
      average.requireKnown(AVERAGE_KEYS);
      average.requireOnly("aggregation", "mean");
      if (average.has("filter_list") && !average.texts("filter_list").equals(List.of("none"))) {
        throw average.wrong("filter_list", "can only be none; tasks have no filters");
      }
      String label = average.requiredText("metric");
      Metric metric =
          Metric.find(label)
              .orElseThrow(
                  () ->
                      average.wrong(
                          "metric",
                          "is '"
                              + label
                              + "', not one of "
                              + Arrays.stream(Metric.values())
                                  .map(Metric::label)
                                  .collect(Collectors.joining(", "))));
      if (averages.stream().anyMatch(each -> each.metric() == metric)) {
        throw keys.wrong("aggregate_metric_list", "holds " + label + " twice; leave one out");
      }
      averages.add(
          new GroupAverage(
              metric, !average.has("weight_by_size") || average.truth("weight_by_size")));
    }
    return averages;
  }
}
