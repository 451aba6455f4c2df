package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.MemoryFailure;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.linalg.CpuFeatures;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The work of one Spark task: it asks some candidates the questions of some batches.
 *
 * @param execution the settings of the evaluation
 * @param candidates the candidates, sorted by {@link Candidate#BY_FIRST_CHANGE}
 * @param batches the questions
 * @param runner asks a model the questions of a batch
 * @param <Q> the type of a question
 * @param <A> the type of an answer
 */
record WorkUnit<Q extends Serializable, A extends Serializable>(
    ExecutionSettings execution,
    List<Candidate> candidates,
    List<Batch<Q>> batches,
    Runner<Q, A> runner)
    implements Serializable {

  /**
   * Asks a model the questions of a batch: {@link #start} before the first layer, from which the
   * loops advance the batch, and {@link #finish} for the rest. It is sent to the executors.
   */
  interface Runner<Q extends Serializable, A extends Serializable> extends Serializable {
    /** Returns the questions as a batch before the first layer. */
    BatchState start(LanguageModel model, List<Q> questions);

    /**
     * Runs the layers that are left and returns the answers of each batch, in the order of its
     * questions. The batches are not changed, so this can be called several times.
     *
     * @param streamed whether the model is streamed: batches that go through the layers more than
     *     once then go through a layer together before the next
     */
    List<List<A>> finish(LanguageModel model, List<BatchState> batches, boolean streamed);

    /** Returns the most bytes that a batch takes besides its states while it is finished. */
    long bytesToFinish(BatchState batch);

    /** Whether a batch goes through the layers only once, as no token is fed back. */
    boolean isOnePass();
  }

  /**
   * The replies of all candidates of a unit.
   *
   * @param indices the indices of the questions, as in {@link Batch#indices}
   * @param replies the reply of each candidate, with answers in the order of {@code indices}
   * @param device the type of the device that computed: {@code cpu} or {@code cuda}
   * @param processor the type of the processor, with its instruction sets for matrix products
   * @param fast false if the processor computed in a number type for which it has no instructions
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
  record UnitReplies<A extends Serializable>(
      int[] indices, List<Reply<A>> replies, String device, String processor, boolean fast)
      implements Serializable {}

  /** The units of one Spark job, sent to an executor once and not with each of its tasks. */
  record JobUnits<Q extends Serializable, A extends Serializable>(List<WorkUnit<Q, A>> units)
      implements Serializable {
    UnitReplies<A> run(int unit) {
      return units.get(unit).run();
    }
  }

  UnitReplies<A> run() {
    int[] indices =
        batches.stream().flatMapToInt(batch -> Arrays.stream(batch.indices())).toArray();
    Placement place = TaskPlacement.of(execution);
    try {
      return ModelCache.at(place)
          .use(
              execution.source(),
              execution.reservedBytes(),
              execution.memoryBytes(),
              () -> execution.loader().load(execution.source(), place, execution.hadoop().value()),
              model -> {
                try (EditedModel edited = new EditedModel(model, execution, candidates)) {
                  return new UnitReplies<>(
                      indices,
                      execution.streamed() && runner.isOnePass()
                          ? new LayerLoop<>(model, edited, runner).ask(batches)
                          : new CandidateLoop<>(model, edited, runner).ask(batches),
                      name(place.device()),
                      CpuFeatures.describe(),
                      place.device() == DeviceChoice.GPU || execution.source().type().isFastHere());
                }
              });
    } catch (RuntimeException e) {
      throw MemoryFailure.explain(execution.source().directory(), e);
    }
  }

  /** Returns the type of a device, as PyTorch and lm-evaluation-harness name it. */
  private static String name(DeviceChoice device) {
    return device == DeviceChoice.GPU ? "cuda" : "cpu";
  }
}
