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
  public List<TokenScores> finish(LanguageModel model, BatchState batch) {
    return model.score(batch);
  }

  @Override
  public List<List<TokenScores>> finishTogether(LanguageModel model, List<BatchState> batches) {
    // Called by LayerLoop alone, for batches at the last layer, which stays in memory meanwhile.
    return batches.stream().map(model::score).toList();
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
