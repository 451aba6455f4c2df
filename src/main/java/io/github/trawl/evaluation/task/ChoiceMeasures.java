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

/** The measures of multiple choice, by the definitions of lm-evaluation-harness and of LASER. */
final class ChoiceMeasures {
  private ChoiceMeasures() {}

  /**
   * Returns the result of an example. The chosen answer is the one with the highest summed
   * log-probability for {@code acc}, the highest such sum per character for {@code acc_norm} and
   * per UTF-8 byte for {@code acc_bytes}; at a tie, the first. Each measure is 1 if that answer is
   * right, else 0. The loss is the mean negative log-probability of the tokens of the right answer,
   * or of the first right one.
   *
   * @param prompt the text that the model read before the answers, or with masks in their place
   * @param questions the questions of the example, of which the first are about its answers, in
   *     order
   * @param scores the scores of these first questions, one for each answer
   * @param laser LASER's measures; empty if the task does not want them
   */
  static ExampleResult result(
      Example example,
      String prompt,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Map<String, Double> laser) {
    List<String> answers = example.answers();
    double[] sums = sums(scores);
    int chosen = best(sums, answers, answer -> 1);
    TokenScores gold = scores.get(example.gold());
    SortedMap<String, Double> measures = new TreeMap<>(laser);
    measures.put(Metric.ACC.label(), oneIfRight(example, chosen));
    measures.put(
        Metric.ACC_NORM.label(),
        oneIfRight(
            example, best(sums, answers, answer -> answer.codePointCount(0, answer.length()))));
    measures.put(
        Metric.ACC_BYTES.label(),
        oneIfRight(
            example,
            best(sums, answers, answer -> answer.getBytes(StandardCharsets.UTF_8).length)));
    measures.put(Metric.LOSS.label(), -Sums.total(gold) / gold.predictions().length);
    return ExampleResult.of(
        example,
        new AskedQuestion(
            prompt, answers, Arrays.stream(sums).boxed().toList(), greedy(questions, scores)),
        answers.get(chosen),
        measures);
  }

  /**
   * Returns LASER's measures: {@code acc_laser}, which is 1 if the answer with the highest sum, at
   * a tie the first, is right, else 0; and {@code loss_laser}, the negative sum of the right answer
   * divided by {@code goldTokens}.
   *
   * @param sums for each answer the sum of the log-probabilities of the tokens that LASER takes
   * @param goldTokens the number by which LASER divides the right answer's sum
   */
  static Map<String, Double> laser(Example example, double[] sums, int goldTokens) {
    int chosen = best(sums, example.answers(), answer -> 1);
    return Map.of(
        Metric.ACC_LASER.label(),
        oneIfRight(example, chosen),
        Metric.LOSS_LASER.label(),
        -sums[example.gold()] / goldTokens);
  }

  /** Returns the summed log-probability of each answer. */
  static double[] sums(List<TokenScores> scores) {
    return scores.stream().mapToDouble(Sums::total).toArray();
  }

  private static List<Boolean> greedy(ExampleQuestions questions, List<TokenScores> scores) {
    return IntStream.range(0, scores.size())
        .mapToObj(i -> Arrays.equals(scores.get(i).predictions(), questions.targets(i)))
        .toList();
  }

  private static double oneIfRight(Example example, int chosen) {
    return example.rightIndices().contains(chosen) ? 1 : 0;
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
