package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.List;

/** Scores batches of token sequences. */
final class ScoringRunner implements WorkUnit.Runner<ScoreRequest, TokenScores> {
  private static final long serialVersionUID = 1L;

  @Override
  public BatchState start(LanguageModel model, List<ScoreRequest> questions) {
    return model.startScoring(questions);
  }

  @Override
  public List<List<TokenScores>> finish(
      LanguageModel model, List<BatchState> batches, boolean streamed) {
    return model.scoreTogether(batches);
  }

  @Override
  public long bytesToFinish(BatchState batch) {
    return 0;
  }

  @Override
  public boolean isOnePass() {
    return true;
  }
}
