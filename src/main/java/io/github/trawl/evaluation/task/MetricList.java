package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The value of the key {@code metric_list}: names of {@link Metric}s, alone or in maps. The map of
 * {@code exact_match} has options that say what it ignores, see {@link ExactMatch}.
 *
 * @param metrics the metrics in the order of the file; without the key, {@link Metric#defaultsFor}
 *     the type
 * @param exactMatch the options of {@code exact_match}
 */
record MetricList(List<Metric> metrics, ExactMatch exactMatch) {
  private static final List<String> EXACT_MATCH_KEYS =
      List.of(
          "metric",
          "aggregation",
          "higher_is_better",
          "regexes_to_ignore",
          "ignore_case",
          "ignore_punctuation",
          "ignore_numbers");

  /** Copies the list. */
  MetricList {
    metrics = List.copyOf(metrics);
  }

  /**
   * Reads the key.
   *
   * @throws io.github.trawl.TrawlException of category USAGE naming file and key
   */
  static MetricList parse(TaskKeys keys, OutputType type) {
    Object value = keys.value("metric_list");
    if (value == null) {
      return new MetricList(Metric.defaultsFor(type), ExactMatch.STRICT);
    }
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      throw keys.wrong("metric_list", "must be a list of metrics");
    }
    List<Metric> chosen = new ArrayList<>();
    ExactMatch exactMatch = ExactMatch.STRICT;
    for (Object element : list) {
      Metric metric = metric(keys, element, Metric.possible(type));
      if (metric == Metric.EXACT_MATCH) {
        if (chosen.contains(metric)) {
          throw keys.wrong("metric_list", "holds exact_match twice; leave one out");
        }
        exactMatch = element instanceof Map<?, ?> map ? exactMatch(keys, map) : exactMatch;
      }
      chosen.add(metric);
    }
    return new MetricList(chosen, exactMatch);
  }

  private static Metric metric(TaskKeys keys, Object element, List<Metric> possible) {
    Object name = element instanceof Map<?, ?> map ? map.get("metric") : element;
    return Metric.find(String.valueOf(name))
        .filter(possible::contains)
        .orElseThrow(
            () ->
                keys.wrong(
                    "metric_list",
                    "holds '"
                        + name
                        + "', not one of "
                        + String.join(", ", possible.stream().map(Metric::label).toList())));
  }

  private static ExactMatch exactMatch(TaskKeys keys, Map<?, ?> map) {
    TaskKeys options = keys.element("metric_list.exact_match", map);
    options.requireKnown(EXACT_MATCH_KEYS);
    options.requireOnly("aggregation", "mean");
    options.requireOnly("higher_is_better", true);
    return new ExactMatch(
        regexes(options),
        options.truth("ignore_case"),
        options.truth("ignore_punctuation"),
        options.truth("ignore_numbers"));
  }

  private static List<PythonRegex> regexes(TaskKeys options) {
    if (options.value("regexes_to_ignore") instanceof String) {
      // The harness would take each character of the text for an expression.
      throw options.wrong("regexes_to_ignore", "must be a list of texts");
    }
    List<PythonRegex> regexes = new ArrayList<>();
    for (String source : options.texts("regexes_to_ignore")) {
      try {
        regexes.add(PythonRegex.parse(source));
      } catch (IllegalArgumentException e) {
        throw options.wrong("regexes_to_ignore", "holds '" + source + "': " + e.getMessage());
      }
    }
    return regexes;
  }
}
