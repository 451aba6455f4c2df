package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores multiple choice by a masked model, with each answer in place of the masks, all its tokens
 * predicted in one pass. {@link LaserChoiceMode} says how LASER's metrics are measured; questions
 * that only they need are asked only if the task wants these metrics.
 */
final class MaskedChoiceScorer implements Scorer {
  private final ScoringOptions options;
  private final MaskedEncoder encoder;
  private final boolean asksContinuations;

  MaskedChoiceScorer(ScoringOptions options, MaskedEncoder encoder) {
    this.options = options;
    this.encoder = encoder;
    this.asksContinuations =
        options.laserChoices() == LaserChoiceMode.CONTINUATION
            && options.wants(Metric.ACC_LASER, Metric.LOSS_LASER);
  }

  @Override
  public ExampleQuestions questions(Example example) {
    List<ScoreRequest> requests = new ArrayList<>();
    for (String answer : example.answers()) {
      requests.add(encoder.answer(example, answer));
    }
    if (asksContinuations) {
      for (String answer : example.answers()) {
        requests.add(encoder.laserAnswer(example, options.targetDelimiter(), answer));
      }
    }
    return ExampleQuestions.merged(requests);
  }

  @Override
  public ExampleResult result(
      Example example,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation) {
    int answers = example.answers().size();
    List<TokenScores> separate = questions.separate(scores);
    List<TokenScores> filled = separate.subList(0, answers);
    return ChoiceMeasures.result(
        example,
        example.masked(),
        questions,
        filled,
        laser(example, filled, separate.subList(answers, separate.size())));
  }

  private Map<String, Double> laser(
      Example example, List<TokenScores> filled, List<TokenScores> continuations) {
    if (options.laserChoices() == LaserChoiceMode.MASK_FILL) {
      int tokens = filled.get(example.gold()).predictions().length;
      return ChoiceMeasures.laser(example, ChoiceMeasures.sums(filled), tokens);
    }
    if (!asksContinuations) {
      return Map.of();
    }
    int tokens = continuations.get(example.gold()).predictions().length;
    return ChoiceMeasures.laser(example, ChoiceMeasures.sums(continuations), tokens + 1);
  }
}
