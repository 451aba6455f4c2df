package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Progress;
import io.github.trawl.distributed.LocalCluster;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.task.PromptBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluates over two executors in processes of their own. */
@Tag("slow")
class EvaluationClusterTest {
  @TempDir private Path folder;

  /** Two executors, of which one dies, and one thread here give the same JSON. */
  @Test
  void executorsAndTheirLossChangeNoNumber() throws IOException {
    SmallModels.write("llama", folder.resolve("model"));
    Path task = SmallModels.task(folder.resolve("task"), 200);
    EvaluationRequest request = request(task);
    ObjectNode here;
    try (JavaSparkContext spark = SmallJobs.spark()) {
      here = json(request, run(spark, request, new EvaluationJob(spark, Progress.NONE)));
    }
    try (JavaSparkContext spark = LocalCluster.start("evaluation", 2)) {
      EvaluationJob mortal =
          new EvaluationJob(
              spark,
              Progress.NONE,
              (source, placement, hadoop) -> {
                TaskContext context = TaskContext.get();
                if (context.partitionId() == 0 && context.attemptNumber() == 0) {
                  Runtime.getRuntime().halt(42);
                }
                return LanguageModels.open(source.open(hadoop), hadoop, placement);
              });
      assertThat(json(request, run(spark, request, mortal)).toString()).isEqualTo(here.toString());
    }
  }

  private static ObjectNode json(EvaluationRequest request, List<TaskReport> reports) {
    return ResultsJson.of(request, PromptBuilder.PLAIN, reports, List.of(), false, 1, 0, 0);
  }

  private static List<TaskReport> run(
      JavaSparkContext spark, EvaluationRequest request, EvaluationJob job) {
    try (EvaluationPlan plan = EvaluationPlan.prepare(request, spark.hadoopConfiguration())) {
      return job.run(plan);
    }
  }

  private EvaluationRequest request(Path task) {
    return new EvaluationRequest(
        new org.apache.hadoop.fs.Path(folder.resolve("model").toUri()),
        Optional.empty(),
        List.of(task.toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        7,
        DeviceChoice.CPU,
        1L << 30);
  }
}
