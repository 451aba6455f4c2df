package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.NumberChoice;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.FewShotOptions;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Requests of tests. */
final class Requests {
  private Requests() {}

  /** Asks a task in batches of five, without factors. */
  static EvaluationRequest of(
      Path model, java.nio.file.Path task, WeightMode weights, long memoryBytes) {
    return of(model, task, weights, memoryBytes, List.of());
  }

  /** Does the same with factors. */
  static EvaluationRequest of(
      Path model,
      java.nio.file.Path task,
      WeightMode weights,
      long memoryBytes,
      List<String> factors) {
    return new EvaluationRequest(
        model,
        Optional.empty(),
        List.of(task.toString()),
        Optional.empty(),
        Optional.empty(),
        FewShotOptions.TASK_DEFAULTS,
        Optional.empty(),
        Optional.empty(),
        factors,
        5,
        DeviceChoice.CPU,
        NumberChoice.FLOAT32,
        weights,
        memoryBytes,
        PromptFormat.PLAIN);
  }
}
