package io.github.trawl.evaluation.task;

import java.util.Map;
import java.util.Optional;

/**
 * The benchmark of the Hugging Face Hub that a task corresponds to, from {@code
 * metadata.hub_dataset}, {@code metadata.hub_task} and {@code metadata.hub_revision} of a task
 * file. lm-evaluation-harness ignores these keys.
 *
 * @param dataset the id of a dataset that is a benchmark, such as {@code cais/hle}
 * @param task the id of one of its tasks
 * @param revision the revision of the dataset from which the task's data was taken
 */
public record HubBenchmark(String dataset, String task, Optional<String> revision) {
  /** Returns the benchmark that a task file names; empty unless both ids are given. */
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
