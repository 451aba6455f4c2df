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

  /** An estimate of {@code plan}. */
  public EvaluationEstimate(EvaluationPlan plan) {
    this.session = plan.session();
    this.request = plan.request();
    this.candidates = plan.candidates();
    this.cost = LanguageModels.cost(session.checkpoint());
  }

  /** The estimate as text, a line for each item. */
  public String text(Hardware hardware) {
    EstimateText text = new EstimateText();
    WeightBytes weights = session.weightBytes();
    text.line(
        "candidates",
        candidates.size() == 1
            ? "the unmodified model"
            : "the unmodified model and %,d edits of it",
        candidates.size() - 1);
    double operations = 0;
    for (PlannedTask task : session.tasks()) {
      text.line(
          "task", "%s: %,d examples of %,d tokens", task.name(), task.examples(), task.tokens());
      operations += operations(task);
    }
    text.line(
        "weights",
        session.streamed()
            ? "%2$,d MiB, one layer at a time in memory; all of them as float32 are %1$,d MiB"
            : "%,d MiB as float32, all in memory",
        EstimateText.mebibytes(weights.all()),
        EstimateText.mebibytes(weights.streamed()));
    text.line(
        "memory",
        "%,d MiB of the %,d MiB that --memory.off-heap allows an executor are for weights%s; spark.executor.memoryOverhead at least %dm",
        EstimateText.mebibytes(session.heldBytes()),
        request.memoryBytes() >> 20,
        session.heldBytes() > request.memoryBytes() ? ", which are too few" : "",
        EstimateText.mebibytes(ContainerMemory.overheadBytes(request.memoryBytes())));
    text.line("bytes", "%s", reading(hardware));
    text.line(
        "time",
        "about %s of matrix products on %d executors of %d cores at %.0f GFLOP/s",
        EstimateText.time(operations / (hardware.gigaflops() * 1e9 * hardware.slots())),
        hardware.executors(),
        hardware.cores(),
        hardware.gigaflops());
    return text.toString();
  }

  /** What a candidate does not change runs once for all. */
  private double operations(PlannedTask task) {
    double whole = task.operations(cost, Stop.before(0));
    double sum = whole;
    for (Candidate candidate : candidates) {
      if (!candidate.edits().isEmpty()) {
        sum += task.operations(cost, firstOwn(candidate));
      }
    }
    return sum * task.examples();
  }

  private Stop firstOwn(Candidate candidate) {
    return cost.firstUse(
        candidate.edits().stream().map(edit -> edit.slice().tensor().name()).toList());
  }

  private String reading(Hardware hardware) {
    WeightBytes weights = session.weightBytes();
    double stored =
        session.checkpoint().tensors().stream().mapToDouble(tensor -> tensor.length()).sum();
    if (!session.streamed()) {
      return "%s of weights read by each executor".formatted(EstimateText.bytes(stored));
    }
    double readings = 0;
    for (PlannedTask task : session.tasks()) {
      readings += readings(task, hardware.executors());
    }
    return "%s of weights read by each executor: its layers about %,.0f times"
        .formatted(
            EstimateText.bytes(stored - weights.stored() + readings * weights.stored()), readings);
  }

  /**
   * How often an executor reads the layers: once for as many examples as have room for their
   * states, and for each token that is added to them and each candidate once more.
   */
  private double readings(PlannedTask task, int executors) {
    long room = Math.max(1, Execution.streamedStates(request.memoryBytes() - session.heldBytes()));
    long apart = candidates.stream().filter(candidate -> !candidate.edits().isEmpty()).count();
    double asked =
        task.questions().requests().stream().mapToLong(each -> each.tokens().length).sum();
    double readings = 0;
    if (asked > 0) {
      readings += Math.ceil(asked * cost.stateBytes(1) * (1 + apart) / executors / room);
    }
    int newTokens = task.definition().newTokens();
    double continued =
        task.questions().prompts().stream().mapToLong(each -> each.length + newTokens).sum();
    if (continued > 0) {
      readings +=
          Math.ceil(continued * cost.cachedBytes(1) / executors / room)
              * newTokens
              * candidates.size();
    }
    return readings;
  }
}
