package io.github.trawl.solve;

import io.github.trawl.TrawlException;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.distributed.SourceSupply;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.spark.JobDescription;
import io.github.trawl.spark.JobFailure;
import io.github.trawl.spark.TaskRunner;
import io.github.trawl.spark.TaskSlots;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Solves stacks of a checkpoint on Spark and writes their factor files. A stack is solved either in
 * one task, which writes its factors itself and sends only a {@link StackResult} to the driver, or
 * spread over all executors, and the driver writes its factors.
 */
public final class StackSolver {
  private final JavaSparkContext spark;
  private final Checkpoint checkpoint;
  private final SolveSettings settings;

  /** Creates a solver of stacks of {@code checkpoint} on {@code spark}. */
  public StackSolver(JavaSparkContext spark, Checkpoint checkpoint, SolveSettings settings) {
    this.spark = spark;
    this.checkpoint = checkpoint;
    this.settings = settings;
  }

  /**
   * Solves stacks, which may have different options, and hands each result to {@code sink} as it
   * arrives. Stacks that are spread over the executors come first, one after the other; then all
   * others are solved concurrently, beginning with the largest.
   *
   * <p>Several threads may call this at once.
   *
   * @param description of the jobs in Spark's web UI
   * @param requests the stacks, each with a different file
   * @throws TrawlException if the storage or the cluster fails, or if a stack fails because of its
   *     own values, size or options and the settings do not let the run go on
   * @throws IllegalArgumentException if two requests name the same file
   */
  public void run(String description, List<StackRequest> requests, StackSink sink) {
    requireDifferentFiles(requests);
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    List<StackRequest> spread =
        requests.stream().filter(request -> request.solve().spread()).toList();
    // The largest first, so that the last task to end is a short one.
    List<StackRequest> inTasks =
        requests.stream()
            .filter(request -> !request.solve().spread())
            .sorted(Comparator.comparingLong(StackSolver::work).reversed())
            .toList();
    int threads =
        SolvePlan.threadsPerTask(
            settings.threads(), spark.isLocal(), TaskSlots.cores(spark.sc()), inTasks.size());
    for (StackRequest request : spread) {
      // Once for each request, since a spread solve leaves this thread without a description.
      JobDescription own = JobDescription.of(spark, description);
      try {
        solveSpread(request, task(request, threads, hadoop), sink);
      } finally {
        own.close();
      }
    }
    if (inTasks.isEmpty()) {
      return;
    }
    JobDescription own = JobDescription.of(spark, description);
    try {
      TaskRunner.forEach(
          spark,
          "stacks",
          inTasks.stream().map(request -> task(request, threads, hadoop)).toList(),
          StackTask::run,
          (index, outcome) -> handOver(inTasks.get(index), outcome, sink));
    } finally {
      own.close();
    }
  }

  private static void requireDifferentFiles(List<StackRequest> requests) {
    Set<String> files = new HashSet<>();
    for (StackRequest request : requests) {
      if (!files.add(request.file())) {
        throw new IllegalArgumentException("two stacks are to be written to " + request.file());
      }
    }
  }

  /** Returns a number that grows with the time that a request takes among those of its method. */
  private static long work(StackRequest request) {
    long columns =
        request.options().ranks().isEmpty()
            ? 1
            : (long) request.options().seeds().size()
                * request.options().ranks().stream().mapToLong(rank -> rank).sum();
    return request.solve().stack().bytes() * columns;
  }

  private StackTask task(StackRequest request, int threads, SerializableConfiguration hadoop) {
    return new StackTask(
        request.stack(),
        new CheckpointSource(checkpoint, request.solve().stack(), hadoop),
        request.solve().stack().slices().stream().map(WeightSlice::label).toList(),
        request.options(),
        request.file(),
        settings.staging(),
        settings.limits().offHeapBytes(),
        threads,
        settings.continuesOnFailure(),
        hadoop);
  }

  private void solveSpread(StackRequest request, StackTask task, StackSink sink) {
    StackTask.Outcome outcome;
    AtomicReference<RuntimeException> sinkFailure = new AtomicReference<>();
    try {
      long start = System.nanoTime();
      TensorSolver.Solved solved =
          new TensorSolver(request.options(), settings.limits().offHeapBytes())
              .solveSpread(
                  spark,
                  task.name(),
                  new SourceSupply(task.source()),
                  settings.limits().blockBytes(),
                  (iteration, members, bestFit) -> {
                    try {
                      sink.iterated(request, iteration, bestFit);
                    } catch (RuntimeException e) {
                      sinkFailure.set(e);
                      throw e;
                    }
                  });
      outcome =
          StackTask.Outcome.of(task.write(solved.decompositions(), solved.arithmetic(), start));
    } catch (Exception e) {
      if (sinkFailure.get() != null) {
        // It says nothing about the stack.
        throw sinkFailure.get();
      }
      RuntimeException failure = JobFailure.of(task.name(), e);
      // While the process is ending, all jobs fail, so the failure is not that of the stack.
      Optional<TrawlException> own = StackFailure.find(task.name(), failure);
      if (!settings.continuesOnFailure() || own.isEmpty() || JobFailure.isShuttingDown()) {
        throw own.map(RuntimeException.class::cast).orElse(failure);
      }
      outcome = StackTask.Outcome.of(own.get());
    }
    handOver(request, outcome, sink);
  }

  private void handOver(StackRequest request, StackTask.Outcome outcome, StackSink sink) {
    if (outcome.failure() == null) {
      sink.solved(request, outcome.result());
    } else {
      requireSameModel(outcome.failure());
      sink.failed(request, outcome.failure());
    }
  }

  /**
   * Throws {@code failure} if the model has changed since it was opened. In that case every stack
   * fails, and the reason is not in the values of any of them.
   */
  private void requireSameModel(TrawlException failure) {
    Checkpoint now = Checkpoint.open(checkpoint.directory(), spark.hadoopConfiguration());
    if (!now.shards().equals(checkpoint.shards())) {
      throw failure;
    }
  }
}
