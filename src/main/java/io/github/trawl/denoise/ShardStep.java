package io.github.trawl.denoise;

import io.github.trawl.Progress;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.factors.FactorRef;
import io.github.trawl.factors.MatrixEdit;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.solve.MemberResult;
import io.github.trawl.solve.StackResult;
import io.github.trawl.spark.TaskRunner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/** The step of a run that writes the shards of the denoised checkpoint. */
final class ShardStep {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final DenoiseRequest request;
  private final DenoisePlan plan;

  ShardStep(JavaSparkContext spark, Progress progress, DenoiseRequest request, DenoisePlan plan) {
    this.spark = spark;
    this.progress = progress;
    this.request = request;
    this.plan = plan;
  }

  /**
   * Writes all shards.
   *
   * @param results of the stacks, in the order of the plan, with one member each
   * @param writer of the output, to which every shard is added as soon as it is written
   */
  List<ShardTask.Result> run(
      Checkpoint checkpoint, List<StackResult> results, CheckpointWriter writer) {
    Map<String, List<ShardTask.Replacement>> byShard = replacements(results);
    Map<String, Long> leastBytes = plan.shardBytes();
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    List<ShardTask> tasks =
        checkpoint.shards().stream()
            .map(
                shard ->
                    new ShardTask(
                        checkpoint.directory().toString(),
                        shard,
                        byShard.getOrDefault(shard.name(), List.of()),
                        writer.staging(),
                        request.inputDigest(),
                        leastBytes.getOrDefault(shard.name(), 0L),
                        request.limits().offHeapBytes(),
                        hadoop))
            .toList();
    spark.setJobDescription("write " + tasks.size() + " shards");
    try (Progress.Bar bar = progress.start("shards", tasks.size())) {
      return TaskRunner.collect(
          spark,
          "shards",
          tasks,
          ShardTask::run,
          result -> {
            // Added at once: the writer then aborts this shard's upload if another shard fails.
            writer.add(List.of(result.digest().file()));
            bar.step(result.shard().name());
          });
    }
  }

  private Map<String, List<ShardTask.Replacement>> replacements(List<StackResult> results) {
    Map<String, List<ShardTask.Replacement>> byShard = new LinkedHashMap<>();
    List<WeightStack> stacks = plan.stacks();
    for (int i = 0; i < results.size(); i++) {
      WeightStack stack = stacks.get(i);
      StackResult result = results.get(i);
      MemberResult member = result.members().get(0);
      FactorRef ref =
          new FactorRef(result.factors().path().toString(), member.rank(), member.seed());
      List<WeightSlice> slices = stack.slices();
      for (int k = 0; k < slices.size(); k++) {
        byShard
            .computeIfAbsent(slices.get(k).tensor().file(), file -> new ArrayList<>())
            .add(new ShardTask.Replacement(new MatrixEdit(slices.get(k), ref, k), stack.name()));
      }
    }
    return byShard;
  }
}
