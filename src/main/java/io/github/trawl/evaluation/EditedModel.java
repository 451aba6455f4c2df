package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.LanguageModel;
import java.util.List;

/** A model that is turned into one candidate after the other, and back in between. */
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

  /** Bytes of hidden states that may be kept. */
  long prefixBytes() {
    return execution.prefixBytes();
  }

  /** The first layer that runs for the candidate alone: the first that it changes, or the last. */
  int firstOwnLayer(Candidate candidate) {
    return candidate.firstChangedLayer(model.layers() - 1);
  }

  /** Does {@code work} while the model is {@code candidate}. */
  void as(Candidate candidate, Runnable work) {
    try {
      EditedTensors.PROCESS.forEach(execution, candidate, model::patch);
      work.run();
    } finally {
      close();
    }
  }

  /** Restores the unmodified model, whatever happened. */
  @Override
  public void close() {
    model.restore();
  }
}
