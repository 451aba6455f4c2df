package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.task.ExampleResult;
import java.util.List;

/**
 * Takes what comes of candidates as it comes, each once, in the thread that asks. What a method
 * throws ends the call and is thrown there.
 */
public interface CandidateSink {
  /** A candidate has answered all examples of the call. */
  void answered(Candidate candidate, List<ExampleResult> results);

  /**
   * A candidate has failed by itself; the others go on.
   *
   * @param failure with one line that says why: its factors can't be read, or it computes NaN
   */
  void failed(Candidate candidate, TrawlException failure);
}
