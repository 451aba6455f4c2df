package io.github.trawl.evaluation.task;

import java.util.Map;
import java.util.Optional;

/**
 * What the Hugging Face Hub calls a task, from {@code metadata.hub_dataset}, {@code
 * metadata.hub_task} and {@code metadata.hub_revision} of a task file. lm-evaluation-harness leaves
 * such keys alone.
 *
 * @param dataset the id of a dataset that is a benchmark, such as {@code cais/hle}
 * @param task the id of one of its tasks
 * @param revision of the dataset that the task's data was taken from
 */
public record HubBenchmark(String dataset, String task, Optional<String> revision) {
  /** The benchmark that a task file names; empty without both ids, as the Hub asks for both. */
  static Optional<HubBenchmark> in(Map<String, Object> settings) {
    if (!(settings.get("metadata") instanceof Map<?, ?> metadata)) {
      return Optional.empty();
    }
    Optional<String> task = text(metadata, "hub_task");
    return text(metadata, "hub_dataset")
        .filter(dataset -> task.isPresent())
        .map(dataset -> new HubBenchmark(dataset, task.get(), text(metadata, "hub_revision")));
  }

  private static Optional<String> text(Map<?, ?> metadata, String key) {
    return Optional.ofNullable(metadata.get(key)).map(String::valueOf);
  }
}
