package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import io.github.trawl.evaluation.template.PythonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Scores the log-probability of a whole text, which is cut into windows of the model's context
 * length such that each token is predicted once, as in lm-evaluation-harness's {@code
 * loglikelihood_rolling}. The first window begins with the {@linkplain CausalEncoder#prefixToken
 * prefix token}, each further one with the last token that is already predicted. If fewer tokens
 * are left than a window holds, the last window begins with as many predicted tokens as fill it.
 */
final class PerplexityScorer implements Scorer {
  private final CausalEncoder encoder;

  PerplexityScorer(CausalEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public ExampleQuestions questions(Example example) {
    int[] text = encoder.encode(example.target());
    if (text.length == 0) {
      throw encoder.problem(example, "the text has no tokens; leave the row out with doc_filter");
    }
    int[] tokens =
        IntStream.concat(IntStream.of(encoder.prefixToken(example)), Arrays.stream(text)).toArray();
    int length = encoder.contextLength();
    List<ScoreRequest> windows = new ArrayList<>();
    for (int predicted = 0; predicted < text.length; ) {
      int end = Math.min(predicted + length, text.length);
      int begin = Math.max(0, end - length);
      int first = predicted;
      windows.add(
          new ScoreRequest(
              Arrays.copyOfRange(tokens, begin, end),
              IntStream.range(first - begin, end - begin).toArray(),
              Arrays.copyOfRange(text, first, end)));
      predicted = end;
    }
    return ExampleQuestions.scored(windows);
  }

  @Override
  public ExampleResult result(
      Example example,
      ExampleQuestions questions,
      List<TokenScores> scores,
      Optional<int[]> continuation) {
    double logLikelihood = 0;
    int tokens = 0;
    for (TokenScores window : scores) {
      logLikelihood += Sums.total(window);
      tokens += window.predictions().length;
    }
    SortedMap<String, Double> measures = new TreeMap<>();
    measures.put(Measures.LOG_LIKELIHOOD, logLikelihood);
    measures.put(Measures.TOKENS, (double) tokens);
    measures.put(Measures.WORDS, (double) PythonText.wordCount(example.countedText()));
    measures.put(
        Measures.BYTES, (double) example.countedText().getBytes(StandardCharsets.UTF_8).length);
    return ExampleResult.of(example, AskedQuestion.open(""), "", measures);
  }
}
