package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The likeliest answer, by the three counts of lm-evaluation-harness. */
final class Choices {
  private Choices() {}

  /**
   * One request for all answers if they ask the same input, as answers of one token do: the model
   * runs once instead of once for each.
   */
  static List<ScoreRequest> share(List<ScoreRequest> requests) {
    int[] input = requests.get(0).tokens();
    if (!requests.stream().allMatch(request -> Arrays.equals(input, request.tokens()))) {
      return requests;
    }
    return List.of(
        new ScoreRequest(
            input,
            requests.stream().flatMapToInt(request -> IntStream.of(request.positions())).toArray(),
            requests.stream().flatMapToInt(request -> IntStream.of(request.targets())).toArray()));
  }

  /** The scores of each of {@code answers} answers to requests that {@link #share} made. */
  static List<TokenScores> unshare(int answers, List<TokenScores> scores) {
    if (scores.size() == answers) {
      return scores;
    }
    TokenScores all = scores.get(0);
    int each = all.predictions().length / answers;
    List<TokenScores> separate = new ArrayList<>();
    for (int from = 0; from < answers * each; from += each) {
      separate.add(
          new TokenScores(
              Arrays.copyOfRange(all.logProbabilities(), from, from + each),
              Arrays.copyOfRange(all.predictions(), from, from + each)));
    }
    return separate;
  }

  /**
   * Whether the right answer has the highest summed log-probability ({@code acc}), and the highest
   * for each of its characters ({@code acc_norm}) and UTF-8 bytes ({@code acc_bytes}); the first at
   * a tie. The loss is that of the right answer for each token.
   */
  static ExampleResult result(Example example, List<TokenScores> scores) {
    List<String> answers = example.answers();
    double[] sums = scores.stream().mapToDouble(Sums::total).toArray();
    int chosen = best(sums, answers, answer -> 1);
    TokenScores gold = scores.get(example.gold());
    SortedMap<String, Double> measures = new TreeMap<>();
    measures.put(Metric.ACC.label(), chosen == example.gold() ? 1.0 : 0.0);
    measures.put(
        Metric.ACC_NORM.label(),
        best(sums, answers, answer -> answer.codePointCount(0, answer.length())) == example.gold()
            ? 1.0
            : 0.0);
    measures.put(
        Metric.ACC_BYTES.label(),
        best(sums, answers, answer -> answer.getBytes(StandardCharsets.UTF_8).length)
                == example.gold()
            ? 1.0
            : 0.0);
    measures.put(Metric.LOSS.label(), -Sums.total(gold) / gold.predictions().length);
    return ExampleResult.of(example, answers.get(chosen), measures);
  }

  private static int best(double[] sums, List<String> answers, ToDoubleFunction<String> length) {
    int best = 0;
    for (int i = 1; i < sums.length; i++) {
      if (sums[i] / length.applyAsDouble(answers.get(i))
          > sums[best] / length.applyAsDouble(answers.get(best))) {
        best = i;
      }
    }
    return best;
  }
}
