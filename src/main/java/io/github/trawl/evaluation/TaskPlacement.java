package io.github.trawl.evaluation;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.Placement;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Finds the device on which a Spark task runs a model. */
final class TaskPlacement {
  /** Spark's name of the resource type. */
  private static final String GPU = "gpu";

  private TaskPlacement() {}

  /**
   * Returns the placement of the running task. Its GPU is the first that Spark assigned to the
   * task, or the first of the process if Spark assigned none.
   *
   * @return a placement on the CPU or a GPU, as {@link LanguageModels#resolve} returns it
   * @throws TrawlException if Spark's address of the GPU is not a number, or {@link
   *     LanguageModels#resolve} throws
   */
  static Placement of(ExecutionSettings execution) {
    TaskContext context = TaskContext.get();
    Map<String, ResourceInformation> resources =
        context == null ? Map.of() : context.resourcesJMap();
    return LanguageModels.resolve(
        new Placement(execution.threads(), execution.device(), gpu(resources)));
  }

  /** Returns the number of the first GPU among a task's resources, or 0 if there is none. */
  static int gpu(Map<String, ResourceInformation> resources) {
    ResourceInformation gpu = resources.get(GPU);
    if (gpu == null || gpu.addresses().length == 0) {
      return 0;
    }
    String address = gpu.addresses()[0];
    if (!address.matches("\\d{1,4}")) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "GPU address '%s' is not a number; let the discovery script of spark.executor.resource.gpu print the numbers of the GPUs that the executor sees, from 0"
              .formatted(address));
    }
    return Integer.parseInt(address);
  }
}
