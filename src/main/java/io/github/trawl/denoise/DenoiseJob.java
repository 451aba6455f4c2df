package io.github.trawl.denoise;

import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.MatrixEdit;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.spark.JobFailure;
import io.github.trawl.spark.RunningResults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Denoises a checkpoint: plans the stacks, decomposes them, writes factors and new shards on the
 * executors, and publishes what the tasks that succeeded have returned.
 *
 * <p>Through the driver go file names, errors and counts, never weights or whole factors of stacks
 * that are solved in a task.
 */
public final class DenoiseJob {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final Configuration hadoop;
  private final SerializableConfiguration serializableHadoop;

  /** A job on {@code spark}. */
  public DenoiseJob(JavaSparkContext spark, Progress progress) {
    this.spark = spark;
    this.progress = progress;
    this.hadoop = spark.hadoopConfiguration();
    this.serializableHadoop = new SerializableConfiguration(hadoop);
  }

  /**
   * Runs the job. Nothing appears at the output unless all of it succeeded.
   *
   * @throws TrawlException if the request or the checkpoint is bad, or the environment fails
   */
  public DenoiseSummary run(DenoiseRequest request) {
    StepTimer timer = new StepTimer();
    Checkpoint checkpoint = Checkpoint.open(request.model(), hadoop);
    StackPlan plan = plan(request, checkpoint, hadoop);
    List<WeightStack> stacks = units(plan, request.options());
    Placement.of(request).announce(stacks);
    timer.done("plan");
    try (CheckpointWriter writer =
        CheckpointWriter.create(request.output(), request.overwrite(), request.model(), hadoop)) {
      List<StackTask> tasks = stackTasks(request, checkpoint, stacks, writer.staging());
      List<StackResult> results = decompose(request, tasks);
      timer.done("decompose");
      List<ShardTask.Result> shards = writeShards(request, checkpoint, stacks, results, writer);
      timer.done("write shards");
      List<String> remarks = new ArrayList<>(plan.remarks());
      remarks.addAll(writer.copyOtherFiles(checkpoint, request.keepOtherWeights()));
      timer.done("copy other files");
      List<WrittenFile> written = new ArrayList<>();
      shards.forEach(shard -> written.add(shard.digest().file()));
      List<WrittenFile> factors = results.stream().map(StackResult::factors).toList();
      writer.add(factors);
      written.addAll(factors);
      writer.setManifest(
          Manifest.content(request, remarks, results, shards, written, spark.version()));
      writer.setCheck(
          new OutputVerification(
              spark, progress, request.verification(), serializableHadoop, written));
      writer.publish();
      timer.done("verify and publish");
      return new DenoiseSummary(
          stacks.size(),
          shards.stream().mapToInt(shard -> shard.matrices().size()).sum(),
          results.stream().mapToDouble(result -> 1 - result.relativeError()).average().orElse(1),
          timer.steps(),
          remarks);
    } finally {
      spark.setJobDescription(null);
    }
  }

  /**
   * Says what is wrong with a request as far as it can be seen without Spark; writes nothing.
   *
   * @throws TrawlException if the output may not be written, the model can't be read or stacked, or
   *     a stack can't be solved with these options
   */
  public static void check(DenoiseRequest request, Configuration hadoop) {
    CheckpointWriter.check(
        request.output(), "--output", request.overwrite(), request.model(), hadoop);
    plan(request, Checkpoint.open(request.model(), hadoop), hadoop);
  }

  private static StackPlan plan(
      DenoiseRequest request, Checkpoint checkpoint, Configuration hadoop) {
    Architecture architecture =
        request
            .architecture()
            .map(file -> Architecture.load(file, hadoop))
            .orElseGet(() -> Architecture.forModel(checkpoint));
    StackPlan plan = StackPlan.create(architecture, checkpoint, request.selection());
    units(plan, request.options()).forEach(Placement.of(request)::check);
    return plan;
  }

  /** The stacks to decompose; for SVD each matrix is one by itself. */
  static List<WeightStack> units(StackPlan plan, StackOptions options) {
    if (options.method() != DecompositionMethod.SVD) {
      return plan.stacks();
    }
    List<WeightStack> units = new ArrayList<>();
    for (WeightStack stack : plan.stacks()) {
      for (WeightSlice slice : stack.slices()) {
        String name = "layer-" + slice.layer() + "-" + slice.role().name().toLowerCase(Locale.ROOT);
        units.add(new WeightStack(name, List.of(slice)));
      }
    }
    return units;
  }

  private List<StackTask> stackTasks(
      DenoiseRequest request, Checkpoint checkpoint, List<WeightStack> stacks, Staging staging) {
    int threads =
        request
            .threads()
            .orElseGet(
                () ->
                    spark.isLocal()
                        ? Math.max(1, spark.defaultParallelism() / Math.max(1, stacks.size()))
                        : 1);
    return stacks.stream()
        .map(
            stack ->
                new StackTask(
                    stack.name(),
                    new CheckpointSource(checkpoint, stack, serializableHadoop),
                    stack.slices().stream()
                        .map(WeightSlice::label)
                        .collect(Collectors.joining(FactorFile.SLICE_SEPARATOR)),
                    request.options(),
                    staging,
                    request.offHeapBytes(),
                    threads,
                    serializableHadoop))
        .toList();
  }

  private List<StackResult> decompose(DenoiseRequest request, List<StackTask> tasks) {
    Placement placement = Placement.of(request);
    List<StackTask> large =
        tasks.stream().filter(task -> placement.isSpread(task.bytes())).toList();
    // Large ones first: the last task to end then is a short one.
    List<StackTask> small =
        tasks.stream()
            .filter(task -> !large.contains(task))
            .sorted(Comparator.comparingLong(StackTask::bytes).reversed())
            .toList();
    List<StackResult> results = new ArrayList<>();
    try (Progress.Bar bar = progress.start("stacks", tasks.size())) {
      for (StackTask task : large) {
        results.add(solveDistributed(request, task, bar));
        bar.step(fitOf(results.get(results.size() - 1)));
      }
      if (!small.isEmpty()) {
        spark.setJobDescription("decompose " + small.size() + " stacks");
        results.addAll(
            RunningResults.collect(
                spark, "stacks", small, StackTask::run, result -> bar.step(fitOf(result))));
      }
    }
    Map<String, StackResult> byName = new HashMap<>();
    results.forEach(result -> byName.put(result.stack(), result));
    return tasks.stream().map(task -> byName.get(task.name())).toList();
  }

  private StackResult solveDistributed(DenoiseRequest request, StackTask task, Progress.Bar bar) {
    long start = System.nanoTime();
    try {
      return task.write(
          new StackSolver(request.options(), request.offHeapBytes())
              .solveDistributed(
                  spark,
                  task.name(),
                  task.source(),
                  request.blockBytes(),
                  (iteration, members, bestFit) ->
                      bar.note(
                          task.name()
                              + " iteration "
                              + iteration
                              + ", fit "
                              + Progress.fit(bestFit))),
          start);
    } catch (Exception e) {
      throw JobFailure.of(task.name(), e);
    }
  }

  private List<ShardTask.Result> writeShards(
      DenoiseRequest request,
      Checkpoint checkpoint,
      List<WeightStack> stacks,
      List<StackResult> results,
      CheckpointWriter writer) {
    Map<String, List<ShardTask.Replacement>> byShard = new LinkedHashMap<>();
    for (int i = 0; i < stacks.size(); i++) {
      List<WeightSlice> slices = stacks.get(i).slices();
      String factorFile = results.get(i).factors().path().toString();
      for (int k = 0; k < slices.size(); k++) {
        byShard
            .computeIfAbsent(slices.get(k).tensor().file(), file -> new ArrayList<>())
            .add(
                new ShardTask.Replacement(
                    new MatrixEdit(slices.get(k), factorFile, k), stacks.get(i).name()));
      }
    }
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
                        serializableHadoop))
            .toList();
    spark.setJobDescription("write " + tasks.size() + " shards");
    try (Progress.Bar bar = progress.start("shards", tasks.size())) {
      return RunningResults.collect(
          spark,
          "shards",
          tasks,
          ShardTask::run,
          result -> {
            // At once, so that its upload is aborted if another shard fails.
            writer.add(List.of(result.digest().file()));
            bar.step(result.shard().name());
          });
    }
  }

  private static String fitOf(StackResult result) {
    return result.stack() + " fit " + Progress.fit(1 - result.relativeError());
  }
}
