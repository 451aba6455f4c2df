package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.evaluation.model.WeightBytes;
import io.github.trawl.plan.EstimateText;
import io.github.trawl.plan.Hardware;
import io.github.trawl.spark.ContainerMemory;
import java.io.Serializable;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToLongFunction;

/**
 * What an evaluation costs, before anything runs: memory, bytes that are read, and the time of the
 * matrix products alone.
 */
public final class EvaluationEstimate {
  private final EvaluationSession session;
  private final EvaluationRequest request;
  private final List<Candidate> candidates;
  private final PassCost cost;
  private final int lastLayer;

  /** Where each candidate begins to differ from the unmodified model, ascending. */
  private final List<Stop> stops;

  /** Creates an estimate of {@code plan}. */
  public EvaluationEstimate(EvaluationPlan plan) {
    this.session = plan.session();
    this.request = plan.request();
    this.candidates = plan.candidates();
    this.cost = LanguageModels.cost(session.checkpoint(), session.numberType());
    this.lastLayer = LanguageModels.describe(session.checkpoint()).layers() - 1;
    this.stops = candidates.stream().map(this::divergenceStop).sorted().toList();
  }

  /**
   * Returns the estimate as text, a line for each item.
   *
   * @param threads the cores of an executor that a Spark task takes
   */
  public String text(Hardware hardware, int threads) {
    EstimateText text = new EstimateText();
    WeightBytes weights = session.weightBytes();
    text.line("candidates", "the unmodified model and %,d edited ones", candidates.size() - 1);
    double operations = 0;
    for (PlannedTask task : session.tasks()) {
      text.line(
          "task", "%s: %,d examples of %,d tokens", task.name(), task.examples(), task.tokens());
      operations += operations(task);
    }
    text.line(
        "weights",
        session.streamed()
            ? "%2$,d MiB, one layer at a time in memory; all of them as %3$s are %1$,d MiB"
            : "%1$,d MiB as %3$s, all in memory",
        EstimateText.mebibytes(weights.all()),
        EstimateText.mebibytes(weights.streamed()),
        session.numberType());
    text.line(
        "memory",
        "%,d MiB of the %,d MiB that --memory.off-heap allows an executor hold weights%s; spark.executor.memoryOverhead at least %dm",
        EstimateText.mebibytes(session.residentWeightBytes()),
        request.memoryBytes() >> 20,
        session.residentWeightBytes() > request.memoryBytes()
            ? ", which do not fit: allow more"
            : "",
        EstimateText.mebibytes(ContainerMemory.overheadBytes(request.memoryBytes())));
    text.line(
        "bytes", "%s", reading(hardware, Math.max(1, hardware.cores() / Math.max(1, threads))));
    text.line(
        "time",
        "about %s of matrix products on %d executors of %d cores at %.0f GFLOP/s",
        EstimateText.time(operations / (hardware.gigaflops() * 1e9 * hardware.slots())),
        hardware.executors(),
        hardware.cores(),
        hardware.gigaflops());
    return text.toString();
  }

  /**
   * Returns the multiplications and additions of all candidates on a task: all of the unmodified
   * model's, and of each other candidate those from its first changed matrix on, because the parts
   * before it are computed once for all candidates.
   */
  private double operations(PlannedTask task) {
    double whole = task.operations(cost, Stop.before(0));
    double sum = whole;
    for (Candidate candidate : candidates) {
      if (!candidate.edits().isEmpty()) {
        sum += task.operations(cost, divergenceStop(candidate));
      }
    }
    return sum * task.examples();
  }

  private Stop divergenceStop(Candidate candidate) {
    return cost.firstUse(
        candidate.edits().stream().map(edit -> edit.slice().tensor().name()).toList());
  }

  private String reading(Hardware hardware, int tasksPerExecutor) {
    WeightBytes weights = session.weightBytes();
    double stored =
        session.checkpoint().tensors().stream().mapToDouble(tensor -> tensor.length()).sum();
    double readings = readings(hardware.executors(), tasksPerExecutor);
    // The first reading is of the whole checkpoint, each further one of the layers alone.
    double bytes = stored + (readings - 1) * weights.storedLayers();
    return "%s of weights read by each executor%s, about %s at %s GB/s"
        .formatted(
            EstimateText.bytes(bytes),
            session.streamed() ? ": its layers about %,.0f times".formatted(readings) : "",
            EstimateText.time(bytes / (hardware.networkGigabytesPerSecond() * 1e9)),
            hardware.networkGigabytesPerSecond());
  }

  /**
   * Returns how often an executor reads the layers.
   *
   * @param tasksPerExecutor the Spark tasks of an executor at a time, each of which reads for
   *     itself
   */
  double readings(int executors, int tasksPerExecutor) {
    return session.streamed()
        ? session.tasks().stream()
            .mapToDouble(task -> readings(task, executors, tasksPerExecutor))
            .sum()
        : 1;
  }

  private double readings(PlannedTask task, int executors, int tasksPerExecutor) {
    int newTokens = task.definition().newTokens();
    return readings(
            Batch.form(
                task.questions().requests(), each -> each.tokens().length, request.batchSize()),
            executors,
            tasksPerExecutor,
            this::onePass)
        + readings(
            Batch.form(task.questions().prompts(), each -> each.length, request.batchSize()),
            executors,
            tasksPerExecutor,
            newTokens <= 1
                ? this::onePass
                : (batches, own) -> continued(batches, newTokens) * own.size());
  }

  /**
   * Returns how often an executor reads the layers for some batches. They are cut into units as
   * {@link QuestionDispatcher} does: into parts of the batches, one for each slot, and if there are
   * fewer parts than slots, each part by candidates. Counts with the part that needs most readings.
   *
   * @param ofUnit returns how often a unit with these batches, and candidates with these stops,
   *     reads the layers
   */
  private <Q extends Serializable> double readings(
      List<Batch<Q>> batches,
      int executors,
      int tasksPerExecutor,
      ToDoubleBiFunction<List<Batch<Q>>, List<Stop>> ofUnit) {
    if (batches.isEmpty()) {
      return 0;
    }
    int slots = executors * tasksPerExecutor;
    List<List<Batch<Q>>> parts = Batch.split(batches, slots);
    int groups = Math.min(stops.size(), quotient(slots, parts.size()));
    List<Stop> own = stops.subList(0, quotient(stops.size(), groups));
    double most =
        parts.stream().mapToDouble(part -> ofUnit.applyAsDouble(part, own)).max().orElse(0);
    return quotient(parts.size() * groups, executors) * most;
  }

  /** Returns a / b, rounded up. */
  private static int quotient(int a, int b) {
    return (a + b - 1) / b;
  }

  /**
   * Returns how often a unit reads the layers for batches that go through them once. {@link
   * LayerLoop} takes as many candidates together as have room for the states of the largest batch,
   * and with them as many batches as have room; it reads the layers once for each such group.
   */
  private <Q extends Serializable> double onePass(List<Batch<Q>> batches, List<Stop> own) {
    long largest =
        batches.stream().mapToLong(each -> cost.stateBytes(each.paddedTokens())).max().orElse(0);
    double readings = 0;
    for (int first = 0; first < own.size(); ) {
      int end = first + 1;
      while (end < own.size() && states(own.subList(first, end + 1)) * largest <= room()) {
        end++;
      }
      long states = states(own.subList(first, end));
      readings += groups(batches, batch -> states * cost.stateBytes(batch.paddedTokens()));
      first = end;
    }
    return readings;
  }

  /**
   * Returns how many states of a batch candidates take: each that begins to differ before the last
   * layer its own, and the unmodified model one, or two where such a candidate begins within a
   * layer, from a residual and its norm.
   *
   * @param own where the candidates begin to differ, ascending
   */
  private long states(List<Stop> own) {
    long diverging = own.stream().filter(stop -> stop.layer() < lastLayer).count();
    return diverging + (diverging > 0 ? 2 : 1);
  }

  /**
   * Returns how often a unit reads the layers for each candidate to continue prompts by several
   * tokens: once for each new token and group of batches.
   */
  private double continued(List<Batch<int[]>> batches, int newTokens) {
    // The buffers of keys and values are made half as large again as the tokens need.
    return newTokens
        * (double)
            groups(
                batches,
                batch ->
                    cost.cachedBytes(
                        (batch.paddedTokens() + (long) newTokens * batch.questions().size())
                            * 3
                            / 2));
  }

  /**
   * Returns into how many groups batches are divided, so that the states of each group fit the
   * memory.
   *
   * @param bytes the bytes of the states of a batch
   */
  private <Q extends Serializable> long groups(
      List<Batch<Q>> batches, ToLongFunction<? super Batch<Q>> bytes) {
    long groups = 0;
    for (int next = 0; next < batches.size(); groups++) {
      long sum = 0;
      int size = 0;
      do {
        sum += bytes.applyAsLong(batches.get(next++));
        size++;
        // As the loops do, supposes that the next batch takes as many bytes as these on average.
      } while (next < batches.size() && sum + sum / size <= room());
    }
    return groups;
  }

  /** Returns the bytes of memory for states beside a streamed model. */
  private long room() {
    return ExecutionSettings.streamedStateBytes(
        request.memoryBytes() - session.residentWeightBytes());
  }
}
