package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scores multiple choice by a causal model, with each answer as a continuation of the context.
 *
 * <p>LASER's variants, {@code acc_laser} and {@code loss_laser}, take fewer tokens as the answer:
 * not all tokens after the context but the shortest run of last tokens that spells the answer,
 * which excludes a token of white space before it. Source: {@code multi_token_eval} in {@code
 * src/intervention_gptj_bbh.py} and {@code src/intervention_llama2_bbh.py} of
 * pratyushasharma/laser. For an answer of one token this is the token after the prompt, which is
 * what LASER's scripts for bios, FEVER and TruthfulQA take.
 */
final class ChoiceScorer implements Scorer {
  private final ScoringOptions options;
  private final CausalEncoder encoder;

  ChoiceScorer(ScoringOptions options, CausalEncoder encoder) {
    this.options = options;
    this.encoder = encoder;
  }

  @Override
  public ExampleQuestions questions(Example example) {
    List<ScoreRequest> requests = new ArrayList<>();
    for (String answer : example.answers()) {
      requests.add(
          encoder.request(
              encoder.pair(example, example.context(), options.targetDelimiter() + answer)));
    }
    return ExampleQuestions.merged(requests);
  }

  @Override
  public ExampleResult result(
      Example example,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation) {
    List<TokenScores> separate = questions.separate(scores);
    double[] sums = new double[separate.size()];
    int goldTokens = 0;
    for (int i = 0; i < sums.length; i++) {
      int[] targets = questions.targets(i);
      int spelt = LaserAnswer.tokenCount(targets, example.answers().get(i), encoder.tokenizer());
      sums[i] = Sums.range(separate.get(i), targets.length - spelt, targets.length);
      goldTokens = i == example.gold() ? spelt : goldTokens;
    }
    return ChoiceMeasures.result(
        example,
        example.context(),
        questions,
        separate,
        ChoiceMeasures.laser(example, sums, goldTokens));
  }
}
