package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.task.ExampleResult;
import java.util.List;

/**
 * Takes the outcome of each candidate of a call of {@link EvaluationSession#ask} as soon as it is
 * known, once per candidate, in the calling thread. An exception that a method throws ends the call
 * of {@code ask}, which throws it.
 */
public interface CandidateSink {
  /**
   * Called when a candidate has answered all examples of the call.
   *
   * @param results in the order in which the call names the examples
   */
  void answered(Candidate candidate, List<ExampleResult> results);

  /**
   * Called when a candidate has failed for a reason that concerns no other candidate; the others go
   * on.
   *
   * @param failure says in one line that the candidate's factors can't be read or that the edited
   *     model computes NaN
   */
  void failed(Candidate candidate, TrawlException failure);
}
