package io.github.trawl.denoise;

import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.solve.StackResult;
import io.github.trawl.spark.TaskSlots;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Denoises a checkpoint: plans the stacks, decomposes them, writes factors and new shards on the
 * executors, and publishes the files of the task attempts that succeeded. With several ranks or
 * seeds no weights are written: the output holds the factors of all decompositions. For a point of
 * a sweep, its factors are copied from the sweep instead of decomposing.
 *
 * <p>The driver handles file names, relative errors and counts, and copies the files of the input
 * that are not rewritten. Shards, and the factors of stacks that are solved in one task, never pass
 * through it.
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
   * Runs the job. The output is published as {@link CheckpointWriter#publish} says, after all else
   * has succeeded.
   *
   * @throws TrawlException if the request or the checkpoint is bad, or the environment fails
   */
  public DenoiseSummary run(DenoiseRequest request) {
    StepTimer timer = new StepTimer();
    Checkpoint checkpoint = Checkpoint.open(request.model(), hadoop);
    DenoisePlan plan = DenoisePlan.of(request, checkpoint, hadoop);
    timer.done("plan");
    try (CheckpointWriter writer =
        CheckpointWriter.create(request.output(), request.overwrite(), request.model(), hadoop)) {
      List<StackResult> results = solveOrCopy(request, plan, checkpoint, writer, timer);
      List<String> remarks = new ArrayList<>(plan.remarks());
      List<ShardTask.Result> shards = List.of();
      if (request.writesWeights()) {
        shards = new ShardStep(spark, progress, request, plan).run(checkpoint, results, writer);
        timer.done("write shards");
        remarks.addAll(
            request.sweptPoint().isPresent()
                ? new ModelCardStep(request, request.sweptPoint().get(), hadoop)
                    .run(checkpoint, writer)
                : writer.copyOtherFiles(checkpoint, request.keepOtherWeights()));
        timer.done("copy other files");
      } else {
        writer.omitWeights();
      }
      List<WrittenFile> written = new ArrayList<>();
      shards.forEach(shard -> written.add(shard.digest().file()));
      List<WrittenFile> factors = results.stream().map(StackResult::factors).toList();
      writer.add(factors);
      written.addAll(factors);
      writer.setManifest(
          Manifest.content(
              request,
              plan.architecture(),
              remarks,
              checkpoint,
              results,
              shards,
              written,
              spark.version()));
      writer.setCheck(
          new OutputVerification(
              spark,
              progress,
              request.verification(),
              new SerializableConfiguration(hadoop),
              written));
      writer.publish();
      timer.done("verify and publish");
      return new DenoiseSummary(
          results.size(),
          request.options().memberNames().size(),
          shards.stream().mapToInt(shard -> shard.matrices().size()).sum(),
          results.stream().mapToDouble(StackResult::bestFit).average().orElse(0),
          timer.steps(),
          remarks);
    } finally {
      spark.setJobDescription(null);
    }
  }

  /** Writes the factors of all stacks: solved, or copied from a sweep. */
  private List<StackResult> solveOrCopy(
      DenoiseRequest request,
      DenoisePlan plan,
      Checkpoint checkpoint,
      CheckpointWriter writer,
      StepTimer timer) {
    if (request.sweptPoint().isPresent()) {
      List<StackResult> results =
          new SweepFactorsStep(spark, progress, request.sweptPoint().get(), plan)
              .run(checkpoint, writer.staging());
      timer.done("take factors");
      return results;
    }
    plan.only().announce(TaskSlots.processes(spark.sc()), TaskSlots.of(spark.sc()));
    List<StackResult> results =
        new StackStep(spark, progress, request, plan.only()).run(checkpoint, writer.staging());
    timer.done("decompose");
    return results;
  }

  /**
   * Checks all of a request that can be checked without Spark; writes nothing.
   *
   * @throws TrawlException if the output may not be written, the model can't be read or stacked, or
   *     a stack can't be solved with these options
   */
  public static void check(DenoiseRequest request, Configuration hadoop) {
    CheckpointWriter.check(
        request.output(), "--output", request.overwrite(), request.model(), hadoop);
    DenoisePlan plan = DenoisePlan.of(request, Checkpoint.open(request.model(), hadoop), hadoop);
    request.sweptPoint().ifPresent(point -> SweepFactorsStep.check(point, plan, hadoop));
  }
}
