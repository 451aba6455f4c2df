package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import java.util.List;

/**
 * Turns a model into one candidate after the other, and back into the unmodified model in between.
 */
final class EditedModel implements AutoCloseable {
  private final LanguageModel model;
  private final Execution execution;

  EditedModel(LanguageModel model, Execution execution) {
    this.model = model;
    this.execution = execution;
  }

  List<Candidate> candidates() {
    return execution.candidates();
  }

  /** Returns the most bytes of hidden states that may be kept. */
  long prefixBytes() {
    return execution.prefixBytes();
  }

  /**
   * Returns the first layer that runs for this candidate alone: the first that it changes, or the
   * last layer if it changes none.
   */
  int firstOwnLayer(Candidate candidate) {
    return candidate.firstChangedLayer(model.layers() - 1);
  }

  /** Runs {@code work} while the model has the edits of {@code candidate}. */
  void as(Candidate candidate, Runnable work) {
    try {
      EditedTensors.PROCESS.forEach(execution, candidate, model::patch);
      work.run();
    } finally {
      close();
    }
  }

  /** Restores the unmodified model. */
  @Override
  public void close() {
    model.restore();
  }
}
