package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scores open questions by a masked model: {@code accuracy} is 1 if the likeliest tokens at the
 * masks, all predicted in one pass, contain an answer; the loss is the mean negative
 * log-probability of the answer's tokens at as many masks.
 *
 * <p>For {@code loss_laser}, as in LASER, the model reads another text: what a causal model reads
 * before the answer, then the answer with its tokens masked, without special tokens around both.
 * The negative log-probability is divided by one more than the number of these tokens. It is only
 * measured if the task wants it.
 */
final class MaskFillScorer implements Scorer {
  private final ScoringOptions options;
  private final MaskedEncoder encoder;
  private final boolean asksLaser;

  MaskFillScorer(ScoringOptions options, MaskedEncoder encoder) {
    this.options = options;
    this.encoder = encoder;
    this.asksLaser = options.wants(Metric.LOSS_LASER);
  }

  @Override
  public ExampleQuestions questions(Example example) {
    ScoreRequest fill = encoder.fill(example);
    ScoreRequest answer = encoder.answer(example, example.target());
    List<ScoreRequest> requests = new ArrayList<>();
    // If the prompt has as many masks as the answer has tokens, both requests give the model the
    // same tokens, and the answer's also gives the fills.
    if (!Arrays.equals(fill.tokens(), answer.tokens())) {
      requests.add(fill);
    }
    requests.add(answer);
    if (asksLaser) {
      requests.add(encoder.laserAnswer(example, options.targetDelimiter(), example.target()));
    }
    return ExampleQuestions.scored(requests);
  }

  @Override
  public ExampleResult result(
      Example example,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation) {
    TokenScores answer = scores.get(scores.size() - (asksLaser ? 2 : 1));
    String fills = encoder.tokenizer().decode(scores.get(0).predictions());
    double accuracy = AnswerMatch.accuracy(fills, example.targets());
    SortedMap<String, Double> measures = new TreeMap<>();
    measures.put(Metric.ACCURACY.label(), accuracy);
    measures.put(Metric.ACCURACY_LASER.label(), accuracy);
    measures.put(Metric.LOSS.label(), -Sums.total(answer) / answer.predictions().length);
    if (asksLaser) {
      TokenScores laser = scores.get(scores.size() - 1);
      measures.put(
          Metric.LOSS_LASER.label(), -Sums.total(laser) / (laser.predictions().length + 1));
    }
    return ExampleResult.of(example, AskedQuestion.open(example.masked()), fills, measures);
  }
}
