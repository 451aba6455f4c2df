package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.NotANumberException;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemoryException;
import java.util.List;

/**
 * Writes the weights of one candidate after the other into a loaded model, and restores the
 * unmodified weights in between.
 */
final class EditedModel implements AutoCloseable {
  private final LanguageModel model;
  private final Execution execution;
  private final List<Candidate> candidates;

  /**
   * @param candidates in any order
   */
  EditedModel(LanguageModel model, Execution execution, List<Candidate> candidates) {
    this.model = model;
    this.execution = execution;
    this.candidates = candidates;
  }

  List<Candidate> candidates() {
    return candidates;
  }

  /** Returns the most bytes of hidden states that may be kept. */
  long prefixBytes() {
    return execution.prefixBytes();
  }

  /** Returns the stop at which a candidate begins to differ from the unmodified model. */
  Stop firstOwn(Candidate candidate) {
    return model.firstUse(
        candidate.edits().stream().map(edit -> edit.slice().tensor().name()).toList());
  }

  /**
   * Runs {@code work} while the model has the weights of {@code candidate}, and restores the
   * unmodified weights.
   *
   * @throws FailedCandidateException if the candidate's weights can't be made or compute NaN
   * @throws TrawlException if something else fails, or the unmodified model computes NaN
   */
  void as(Candidate candidate, Runnable work) throws FailedCandidateException {
    try {
      patch(candidate);
      work.run();
    } catch (NotANumberException e) {
      if (candidate.edits().isEmpty()) {
        throw e;
      }
      throw new FailedCandidateException(e);
    } finally {
      close();
    }
  }

  private void patch(Candidate candidate) throws FailedCandidateException {
    try {
      EditedTensors.PROCESS.forEach(execution, candidate, model::patch);
    } catch (OffHeapMemoryException e) {
      throw e;
    } catch (TrawlException e) {
      // These two calls throw if the cause is not the candidate: the checkpoint has changed, or
      // there is no BLAS library.
      execution.source().open(execution.hadoop().value());
      BlasProvider.blas();
      throw new FailedCandidateException(e);
    }
  }

  /** Restores the unmodified weights. */
  @Override
  public void close() {
    model.restore();
  }
}
