package io.github.trawl.denoise;

import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.spark.TaskSlots;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Denoises a checkpoint: plans the stacks, decomposes them, writes factors and new shards to a
 * staging directory on the executors, and publishes in one step. With several ranks or seeds there
 * is no single checkpoint to write, and the output holds the factors of all of them.
 *
 * <p>Only file names, errors and counts pass through the driver, never weights or whole factors of
 * stacks that are solved in a task.
 */
public final class DenoiseJob {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final Configuration hadoop;

  /** A job on {@code spark}. */
  public DenoiseJob(JavaSparkContext spark, Progress progress) {
    this.spark = spark;
    this.progress = progress;
    this.hadoop = spark.hadoopConfiguration();
  }

  /**
   * Runs the job. Nothing appears at the output unless all of it succeeded.
   *
   * @throws TrawlException if the request or the checkpoint is bad, or the environment fails
   */
  public DenoiseSummary run(DenoiseRequest request) {
    StepTimer timer = new StepTimer();
    Checkpoint checkpoint = Checkpoint.open(request.model(), hadoop);
    SolvePlan plan = plan(request, checkpoint, hadoop);
    plan.announce(TaskSlots.of(spark.sc()));
    timer.done("plan");
    try (CheckpointWriter writer =
        CheckpointWriter.create(request.output(), request.overwrite(), request.model(), hadoop)) {
      Path factors = new Path(writer.staging(), CheckpointWriter.FACTORS);
      makeDirectory(factors);
      List<StackResult> results =
          new StackStep(spark, progress, request, plan).run(checkpoint, factors);
      timer.done("decompose");
      List<ShardTask.Result> shards = List.of();
      if (request.writesWeights()) {
        shards =
            new ShardStep(spark, progress, request, plan)
                .run(checkpoint, results, factors, writer.staging());
        timer.done("write shards");
        writer.copyOtherFiles(checkpoint);
      }
      Manifest.write(
          writer.staging(), request, plan, checkpoint, results, shards, spark.version(), hadoop);
      if (request.writesWeights()) {
        writer.verify(shards.stream().map(ShardTask.Result::digest).toList());
        timer.done("copy other files and verify");
        writer.publish();
      } else {
        writer.publishFactors();
      }
      timer.done("publish");
      return new DenoiseSummary(
          results.size(),
          request.options().names().size(),
          shards.stream().mapToInt(shard -> shard.matrices().size()).sum(),
          results.stream().mapToDouble(StackResult::bestFit).average().orElse(0),
          timer.steps(),
          plan.remarks());
    } finally {
      spark.setJobDescription(null);
    }
  }

  /**
   * Checks all of a request that can be checked without Spark; writes nothing.
   *
   * @throws TrawlException if the output may not be written, the model can't be read or stacked, or
   *     a stack can't be solved with these options
   */
  public static void check(DenoiseRequest request, Configuration hadoop) {
    CheckpointWriter.check(request.output(), request.overwrite(), request.model(), hadoop);
    plan(request, Checkpoint.open(request.model(), hadoop), hadoop);
  }

  private static SolvePlan plan(
      DenoiseRequest request, Checkpoint checkpoint, Configuration hadoop) {
    Architecture architecture =
        request
            .architecture()
            .map(file -> Architecture.load(file, hadoop))
            .orElseGet(() -> Architecture.forModel(checkpoint));
    StackPlan stacks = StackPlan.create(architecture, checkpoint, request.selection());
    SolvePlan plan = SolvePlan.of(stacks, request.options(), request.limits());
    plan.check();
    return plan;
  }

  private void makeDirectory(Path directory) {
    try {
      if (!Storage.open(directory, hadoop).mkdirs(directory)) {
        throw new IOException("the directory can't be made");
      }
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM, "cannot make " + directory + ": " + e.getMessage(), e);
    }
  }
}
