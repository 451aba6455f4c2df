package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scores one given continuation: its log-probability, and whether the greedy continuation is the
 * same. The continuation follows the context without a delimiter, as in lm-evaluation-harness.
 */
final class LikelihoodScorer implements Scorer {
  private final CausalEncoder encoder;

  LikelihoodScorer(CausalEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public ExampleQuestions questions(Example example) {
    return ExampleQuestions.scored(
        List.of(encoder.request(encoder.pair(example, example.context(), example.target()))));
  }

  @Override
  public ExampleResult result(
      Example example,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation) {
    ScoreRequest request = questions.requests().get(0);
    TokenScores answer = scores.get(0);
    double logLikelihood = Sums.total(answer);
    SortedMap<String, Double> measures = new TreeMap<>();
    measures.put(
        Metric.ACC.label(), Arrays.equals(answer.predictions(), request.targets()) ? 1.0 : 0.0);
    measures.put(Measures.LOG_LIKELIHOOD, logLikelihood);
    measures.put(Metric.LOSS.label(), -logLikelihood / request.targets().length);
    return ExampleResult.of(
        example,
        AskedQuestion.open(example.context()),
        encoder.tokenizer().decode(answer.predictions()),
        measures);
  }
}
