package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.MemoryFailure;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.model.Prefix;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Batches that one Spark task runs through some candidates.
 *
 * @param candidates by {@link Candidate#BY_FIRST_CHANGE}
 * @param batches the questions
 * @param runner asks them
 */
record WorkUnit<Q extends Serializable, A extends Serializable>(
    Execution execution, List<Candidate> candidates, List<Batch<Q>> batches, Runner<Q, A> runner)
    implements Serializable {

  /** Asks a model. Travels to the executors. */
  interface Runner<Q extends Serializable, A extends Serializable> extends Serializable {
    /** Starts the questions: returns their batch before the first layer. */
    Prefix start(LanguageModel model, List<Q> questions);

    /** Runs the layers that are left, as often as it is called, and gives the answers in order. */
    List<A> finish(LanguageModel model, Prefix batch);
  }

  /**
   * The answers of all candidates.
   *
   * @param indices of the questions
   * @param replies of each candidate, in the order of the indices
   * @param device that computed them
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
  record Answers<A extends Serializable>(int[] indices, List<Reply<A>> replies, String device)
      implements Serializable {}

  /** All that is asked at a time, sent to an executor once and not with each of its tasks. */
  record All<Q extends Serializable, A extends Serializable>(List<WorkUnit<Q, A>> units)
      implements Serializable {
    Answers<A> run(int unit) {
      return units.get(unit).run();
    }
  }

  Answers<A> run() {
    int[] indices =
        batches.stream().flatMapToInt(batch -> Arrays.stream(batch.indices())).toArray();
    Placement place = TaskPlacement.of(execution);
    try {
      return ModelCache.at(place)
          .use(
              execution.source(),
              execution.modelBytes(),
              execution.memoryBytes(),
              () -> execution.loader().load(execution.source(), place, execution.hadoop().value()),
              model -> {
                try (EditedModel edited = new EditedModel(model, execution, candidates)) {
                  return new Answers<>(
                      indices,
                      new CandidateLoop<>(model, edited, runner).ask(batches),
                      name(place.device()));
                }
              });
    } catch (RuntimeException e) {
      throw MemoryFailure.explain(execution.source().directory(), e);
    }
  }

  /** The type of a device, as PyTorch and lm-evaluation-harness name it. */
  private static String name(DeviceChoice device) {
    return device == DeviceChoice.GPU ? "cuda" : "cpu";
  }
}
