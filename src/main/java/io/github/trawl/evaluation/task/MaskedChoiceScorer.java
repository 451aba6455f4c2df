package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Multiple choice by a masked model: each answer in place of the masks, all its tokens at once. */
final class MaskedChoiceScorer implements Scorer {
  private final MaskedEncoder encoder;

  MaskedChoiceScorer(MaskedEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public Questions questions(Example example) {
    List<ScoreRequest> requests = new ArrayList<>();
    for (String answer : example.answers()) {
      requests.add(encoder.answer(example, answer));
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
