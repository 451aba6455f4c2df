package io.github.trawl.sweep.card;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A point's test score as the Hugging Face Hub reads it from {@code .eval_results/} of a model.
 *
 * @param result content of the sweep's {@code result.json}
 * @param point the point in it
 */
public record HubResults(JsonNode result, JsonNode point) {
  /** The file of these results, relative to the model. */
  public static final String FILE = ".eval_results/trawl.yaml";

  /**
   * Returns the content of the file; empty if the point has no test score, or the sweep asked
   * anything but one task that belongs to a benchmark of the Hub. The Hub wants the ids of a
   * benchmark and of its task, and a score over several tasks belongs to none of them.
   */
  public Optional<String> text() {
    JsonNode hub = result.path("hub");
    if (hub.size() != 1 || result.required("tasks").size() != 1 || !point.has("test")) {
      return Optional.empty();
    }
    JsonNode benchmark = hub.get(0);
    JsonNode test = point.get("test");
    Map<String, Object> dataset = new LinkedHashMap<>();
    dataset.put("id", benchmark.required("id").asText());
    dataset.put("task_id", benchmark.required("task_id").asText());
    if (benchmark.has("revision")) {
      dataset.put("revision", benchmark.get("revision").asText());
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("dataset", dataset);
    entry.put("value", test.required("value").asDouble());
    entry.put(
        "notes",
        "%s on %s examples that had no part in choosing this edit, by Trawl on Spark"
            .formatted(
                result.required("metric").asText(),
                CardNumbers.count(test.required("examples").asLong())));
    return Optional.of(YamlText.of(List.of(entry)));
  }
}
