package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.TokenScores;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The likeliest answer, by the three counts of lm-evaluation-harness and by LASER's. */
final class Choices {
  private Choices() {}

  /**
   * Whether a right answer has the highest summed log-probability ({@code acc}), and the highest
   * for each of its characters ({@code acc_norm}) and UTF-8 bytes ({@code acc_bytes}); the first at
   * a tie. The loss is that of the right answer for each token, of the first of several.
   *
   * @param prompt that the model read
   * @param questions whose first ones are about the answers
   * @param scores one for each answer
   * @param laser LASER's measures; empty if the task does not want them
   */
  static ExampleResult result(
      Example example,
      String prompt,
      Questions questions,
      List<TokenScores> scores,
      Map<String, Double> laser) {
    List<String> answers = example.answers();
    double[] sums = sums(scores);
    int chosen = best(sums, answers, answer -> 1);
    TokenScores gold = scores.get(example.gold());
    SortedMap<String, Double> measures = new TreeMap<>(laser);
    measures.put(Metric.ACC.label(), share(example, chosen));
    measures.put(
        Metric.ACC_NORM.label(),
        share(example, best(sums, answers, answer -> answer.codePointCount(0, answer.length()))));
    measures.put(
        Metric.ACC_BYTES.label(),
        share(
            example,
            best(sums, answers, answer -> answer.getBytes(StandardCharsets.UTF_8).length)));
    measures.put(Metric.LOSS.label(), -Sums.total(gold) / gold.predictions().length);
    return ExampleResult.of(
        example,
        new Asked(prompt, answers, Arrays.stream(sums).boxed().toList(), greedy(questions, scores)),
        answers.get(chosen),
        measures);
  }

  /**
   * LASER's measures: whether the right answer has the highest sum, the first at a tie ({@code
   * acc_laser}), and the negative sum of the right answer for each of its tokens ({@code
   * loss_laser}).
   *
   * @param sums of the log-probabilities of each answer's tokens, as LASER takes them
   * @param goldTokens what LASER divides the right answer's sum by
   */
  static Map<String, Double> laser(Example example, double[] sums, int goldTokens) {
    int chosen = best(sums, example.answers(), answer -> 1);
    return Map.of(
        Metric.ACC_LASER.label(),
        share(example, chosen),
        Metric.LOSS_LASER.label(),
        -sums[example.gold()] / goldTokens);
  }

  /** The log-probability of each answer. */
  static double[] sums(List<TokenScores> scores) {
    return scores.stream().mapToDouble(Sums::total).toArray();
  }

  private static List<Boolean> greedy(Questions questions, List<TokenScores> scores) {
    return IntStream.range(0, scores.size())
        .mapToObj(i -> Arrays.equals(scores.get(i).predictions(), questions.targets(i)))
        .toList();
  }

  private static double share(Example example, int chosen) {
    return example.right().contains(chosen) ? 1 : 0;
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
