package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.evaluation.model.WeightBytes;
import io.github.trawl.plan.EstimateText;
import io.github.trawl.plan.Hardware;
import io.github.trawl.spark.ContainerMemory;
import java.util.List;

/**
 * What an evaluation costs, before anything runs: memory, bytes that are read, and the time of the
 * matrix products alone.
 */
public final class EvaluationEstimate {
  private final EvaluationSession session;
  private final EvaluationRequest request;
  private final List<Candidate> candidates;
  private final PassCost cost;

  /** Creates an estimate of {@code plan}. */
  public EvaluationEstimate(EvaluationPlan plan) {
    this.session = plan.session();
    this.request = plan.request();
    this.candidates = plan.candidates();
    this.cost = LanguageModels.cost(session.checkpoint(), session.numberType());
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
    if (!session.streamed()) {
      return 1;
    }
    StreamedReadings readings =
        new StreamedReadings(
            cost,
            LanguageModels.describe(session.checkpoint()).layers(),
            ExecutionSettings.streamedStateBytes(
                Math.max(0, request.memoryBytes() - session.residentWeightBytes())),
            request.batchSize(),
            candidates.stream()
                .sorted(Candidate.BY_FIRST_CHANGE)
                .map(this::divergenceStop)
                .toList());
    return session.tasks().stream()
        .mapToDouble(task -> readings.of(task, executors, tasksPerExecutor))
        .sum();
  }
}
