package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.NotANumberException;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.factors.MatrixEdit;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemoryException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes the weights of one candidate after the other into a loaded model, and restores the
 * unmodified weights in between.
 */
final class EditedModel implements AutoCloseable {
  private final LanguageModel model;
  private final ExecutionSettings execution;
  private final List<Candidate> candidates;

  /**
   * @param candidates in any order
   */
  EditedModel(LanguageModel model, ExecutionSettings execution, List<Candidate> candidates) {
    this.model = model;
    this.execution = execution;
    this.candidates = candidates;
  }

  List<Candidate> candidates() {
    return candidates;
  }

  /** Returns the most bytes of hidden states that may be kept. */
  long stateBudgetBytes() {
    return execution.stateBudgetBytes();
  }

  /** Whether the model is streamed: only one of its layers at a time is in memory. */
  boolean streamed() {
    return execution.streamed();
  }

  /** Returns the edits of a candidate by the layer that uses the edited tensor first. */
  Map<Integer, List<MatrixEdit>> byLayer(Candidate candidate) {
    return candidate.edits().stream()
        .collect(
            Collectors.groupingBy(
                edit -> model.firstUse(List.of(edit.slice().tensor().name())).layer()));
  }

  /** Returns the stop at which a candidate begins to differ from the unmodified model. */
  Stop divergenceStop(Candidate candidate) {
    return model.firstUse(
        candidate.edits().stream().map(edit -> edit.slice().tensor().name()).toList());
  }

  /**
   * Runs {@code work} while the model has the weights of {@code candidate}, and then restores the
   * unmodified weights.
   *
   * @throws FailedCandidateException if the candidate's weights can't be made or compute NaN
   * @throws TrawlException if something else fails, or the unmodified model computes NaN
   */
  void runWith(Candidate candidate, Runnable work) throws FailedCandidateException {
    runWith(candidate, candidate.edits(), work);
  }

  /**
   * Does the same with only {@code edits}, which are some of the edits of {@code candidate}.
   *
   * @throws FailedCandidateException if these edits can't be made or compute NaN
   * @throws TrawlException if something else fails, or the unmodified model computes NaN
   */
  void runWith(Candidate candidate, List<MatrixEdit> edits, Runnable work)
      throws FailedCandidateException {
    try {
      EditedTensors.PROCESS.forEach(execution, edits, this::patch);
      work.run();
    } catch (EditFailedException e) {
      throw new FailedCandidateException(e.reason);
    } catch (NotANumberException e) {
      if (candidate.edits().isEmpty()) {
        throw e;
      }
      throw new FailedCandidateException(e);
    } finally {
      close();
    }
  }

  /**
   * Thrown if the values of an edited tensor can't be computed, either before the candidate runs or
   * when the model asks for them during its run.
   */
  private static final class EditFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final TrawlException reason;

    EditFailedException(TrawlException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  private void patch(String tensor, Supplier<FloatBuffer> values) {
    attributeFailure(
        () -> {
          model.patch(tensor, () -> attributeFailure(values));
          return null;
        });
  }

  private <T> T attributeFailure(Supplier<T> work) {
    try {
      return work.get();
    } catch (OffHeapMemoryException e) {
      throw e; // The process lacks memory, which is no failure of the candidate.
    } catch (TrawlException e) {
      // These two calls throw if the cause is not the candidate: the checkpoint has changed, or
      // there is no BLAS library.
      execution.source().open(execution.hadoop().value());
      BlasProvider.blas();
      throw new EditFailedException(e);
    }
  }

  /** Restores the unmodified weights. */
  @Override
  public void close() {
    model.restore();
  }
}
