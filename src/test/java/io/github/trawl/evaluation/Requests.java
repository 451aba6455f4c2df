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

  /** Does the same with weights in memory and another type of number. */
  static EvaluationRequest of(Path model, java.nio.file.Path task, NumberChoice numbers) {
    return of(model, task, WeightMode.MEMORY, 1L << 30, List.of(), numbers);
  }

  /** Asks a task in batches of five in float32, with factors. */
  static EvaluationRequest of(
      Path model,
      java.nio.file.Path task,
      WeightMode weights,
      long memoryBytes,
      List<String> factors) {
    return of(model, task, weights, memoryBytes, factors, NumberChoice.FLOAT32);
  }

  private static EvaluationRequest of(
      Path model,
      java.nio.file.Path task,
      WeightMode weights,
      long memoryBytes,
      List<String> factors,
      NumberChoice numbers) {
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
        numbers,
        weights,
        memoryBytes,
        PromptFormat.PLAIN);
  }
}
