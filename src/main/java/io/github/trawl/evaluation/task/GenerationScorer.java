package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.TokenScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scores open questions by a causal model: {@code accuracy} is 1 if the greedy continuation
 * contains an answer, and the loss is the mean negative log-probability of the answer's tokens
 * after the prompt.
 *
 * <p>{@code exact_match} is 1 if the continuation is an answer, see {@link ExactMatch}; it is only
 * measured if the task wants it.
 *
 * <p>The continuation is cut where one of the task's texts ends it, or, as in
 * lm-evaluation-harness, the text of the token that ends a text, even if other tokens spell it.
 *
 * <p>As in LASER, {@code accuracy_laser} also counts an answer in the prompt, and {@code
 * loss_laser} takes the shortest run of last tokens that spells the answer as the answer's tokens.
 */
final class GenerationScorer implements Scorer {
  private final ScoringOptions options;
  private final CausalEncoder encoder;

  GenerationScorer(ScoringOptions options, CausalEncoder encoder) {
    this.options = options;
    this.encoder = encoder;
  }

  @Override
  public ExampleQuestions questions(Example example) {
    CausalEncoder.Pair pair =
        encoder.pair(example, example.context(), options.targetDelimiter() + example.target());
    return new ExampleQuestions(
        List.of(encoder.request(pair)),
        List.of(),
        Optional.of(encoder.prompt(example, options.newTokens())));
  }

  @Override
  public ExampleResult result(
      Example example,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation) {
    int[] targets = questions.requests().get(0).targets();
    TokenScores answer = scores.get(0);
    String generation = cut(encoder.tokenizer().decode(continuation.orElseThrow()));
    int spelt = LaserAnswer.tokenCount(targets, example.target(), encoder.tokenizer());
    SortedMap<String, Double> measures = new TreeMap<>();
    measures.put(Metric.ACCURACY.label(), AnswerMatch.accuracy(generation, example.targets()));
    measures.put(
        Metric.ACCURACY_LASER.label(),
        AnswerMatch.accuracy(example.context() + generation, example.targets()));
    if (options.wants(Metric.EXACT_MATCH)) {
      measures.put(
          Metric.EXACT_MATCH.label(), options.exactMatch().score(generation, example.targets()));
    }
    measures.put(Metric.LOSS.label(), -Sums.total(answer) / targets.length);
    measures.put(
        Metric.LOSS_LASER.label(),
        -Sums.range(answer, targets.length - spelt, targets.length) / spelt);
    return ExampleResult.of(example, AskedQuestion.open(example.context()), generation, measures);
  }

  /** Returns the generation up to the first of the texts that end it. */
  private String cut(String generation) {
    String text = generation;
    List<String> ends = new ArrayList<>(options.until());
    encoder.tokenizer().endText().filter(end -> !end.isEmpty()).ifPresent(ends::add);
    for (String end : ends) {
      int at = text.indexOf(end);
      text = at < 0 ? text : text.substring(0, at);
    }
    return text;
  }
}
