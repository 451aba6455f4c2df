package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The value of the key {@code metric_list}: names of {@link Metric}s, each once, alone or in maps.
 * A map may also say how the metric is aggregated and whether a higher value is better, if it says
 * what holds anyway. The map of {@code exact_match} has options that say what it ignores, see
 * {@link ExactMatch}.
 *
 * @param metrics the metrics in the order of the file; without the key, {@link Metric#defaultsFor}
 *     the type
 * @param exactMatch the options of {@code exact_match}
 */
record MetricList(List<Metric> metrics, ExactMatch exactMatch) {
  private static final List<String> KEYS = List.of("metric", "aggregation", "higher_is_better");
  private static final List<String> EXACT_MATCH_KEYS =
      Stream.concat(
              KEYS.stream(),
              Stream.of("regexes_to_ignore", "ignore_case", "ignore_punctuation", "ignore_numbers"))
          .toList();

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
      if (chosen.contains(metric)) {
        throw keys.wrong("metric_list", "holds " + metric.label() + " twice; leave one out");
      }
      chosen.add(metric);
      if (element instanceof Map<?, ?> map) {
        TaskKeys options = options(keys, metric, map);
        exactMatch = metric == Metric.EXACT_MATCH ? exactMatch(options) : exactMatch;
      }
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

  /** Returns the keys of a metric's map, which must all be known. */
  private static TaskKeys options(TaskKeys keys, Metric metric, Map<?, ?> map) {
    TaskKeys options = keys.element("metric_list." + metric.label(), map);
    options.requireKnown(metric == Metric.EXACT_MATCH ? EXACT_MATCH_KEYS : KEYS);
    options.requireOnly("aggregation", metric.aggregation().label());
    options.requireOnly("higher_is_better", metric.higherIsBetter());
    return options;
  }

  private static ExactMatch exactMatch(TaskKeys options) {
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
