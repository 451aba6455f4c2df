package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Writes and reads the content of a unit with the answers of a contestant to a block: the
 * predictions, and for each measure the values of all examples.
 */
final class ScoresContent {
  private ScoresContent() {}

  /**
   * Returns the content of a unit.
   *
   * @param task name of the task
   * @param results in the order of the block
   */
  static ObjectNode of(
      Contestant contestant, String task, ExampleBlock block, List<ExampleResult> results) {
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    content.put("point", contestant.id());
    content.put("task", task);
    content.put("split", block.split().label());
    content.put("block", block.number());
    ArrayNode examples = content.putArray("examples");
    ArrayNode predictions = content.putArray("predictions");
    TreeSet<String> names = new TreeSet<>();
    for (ExampleResult result : results) {
      examples.add(result.index());
      predictions.add(result.prediction());
      names.addAll(result.measures().keySet());
    }
    ObjectNode measures = content.putObject("measures");
    for (String name : names) {
      ArrayNode values = measures.putArray(name);
      // An example lacks a measure where a metric has no meaning for it.
      results.forEach(result -> add(values, result.measures().get(name)));
    }
    return content;
  }

  /** Adds a value; one that is not finite, which JSON can't represent as a number, as text. */
  private static void add(ArrayNode values, Double value) {
    if (value != null && !Double.isFinite(value)) {
      values.add(value.toString());
    } else {
      values.add(value);
    }
  }

  /**
   * Returns the values by which contestants are compared, in the order of the block. More is
   * better.
   *
   * @throws IllegalArgumentException if an example lacks the measure that the metric needs
   */
  static float[] goodness(JsonNode content, Metric metric) {
    int count = content.get("examples").size();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) metric.goodness(measures(content, i));
    }
    return values;
  }

  /**
   * Returns the measures of the example at this place of the block, without those that it lacks.
   */
  static Map<String, Double> measures(JsonNode content, int place) {
    Map<String, Double> measures = new LinkedHashMap<>();
    content
        .get("measures")
        .properties()
        .forEach(
            measure -> {
              JsonNode value = measure.getValue().get(place);
              if (!value.isNull()) {
                measures.put(
                    measure.getKey(),
                    value.isTextual() ? Double.parseDouble(value.asText()) : value.asDouble());
              }
            });
    return measures;
  }
}
