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
 * Open questions to a masked model: the likeliest tokens at the masks, all in one pass, must hold
 * the answer; the loss is the mean negative log-probability of the answer's tokens in their place.
 *
 * <p>{@code loss_laser} is LASER's: without the tokens around the text and divided by one more than
 * the number of tokens. It is asked only if the task wants it.
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
  public Questions questions(Example example) {
    ScoreRequest fill = encoder.fill(example);
    ScoreRequest answer = encoder.answer(example, example.target());
    List<ScoreRequest> requests = new ArrayList<>();
    // A prompt with as many masks as the answer has tokens gives the same question twice.
    if (!Arrays.equals(fill.tokens(), answer.tokens())) {
      requests.add(fill);
    }
    requests.add(answer);
    if (asksLaser) {
      requests.add(encoder.laserAnswer(example, options.targetDelimiter(), example.target()));
    }
    return Questions.scored(requests);
  }

  @Override
  public ExampleResult result(
      Example example,
      Questions questions,
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
    return ExampleResult.of(example, Asked.open(example.masked()), fills, measures);
  }
}
