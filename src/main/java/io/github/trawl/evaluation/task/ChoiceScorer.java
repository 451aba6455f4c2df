package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Multiple choice by a causal model: each answer as a continuation of the context. */
final class ChoiceScorer implements Scorer {
  private final ScoringOptions options;
  private final CausalEncoder encoder;

  ChoiceScorer(ScoringOptions options, CausalEncoder encoder) {
    this.options = options;
    this.encoder = encoder;
  }

  @Override
  public Questions questions(Example example) {
    List<ScoreRequest> requests = new ArrayList<>();
    for (String answer : example.answers()) {
      requests.add(
          encoder.request(
              encoder.pair(example, example.context(), options.targetDelimiter() + answer)));
    }
    return Questions.scored(Choices.share(requests));
  }

  @Override
  public ExampleResult result(
      Example example,
      Questions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation) {
    return Choices.result(example, Choices.unshare(example.answers().size(), scores));
  }
}
