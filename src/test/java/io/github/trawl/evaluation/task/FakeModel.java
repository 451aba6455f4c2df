package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.BatchState;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.ModelKind;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.evaluation.model.TokenScores;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A language model over characters that computes its scores from the tokens alone: after a token t
 * it expects t + 1, and any other token u with log-probability −|u − (t + 1)| / 10 − 0.5. A masked
 * one expects the mask's place in the text.
 */
final class FakeModel implements LanguageModel {
  private final ModelKind kind;
  private final int contextLength;
  int sequences;

  FakeModel(ModelKind kind, int contextLength) {
    this.kind = kind;
    this.contextLength = contextLength;
  }

  static double logProbability(int expected, int token) {
    return -Math.abs(token - expected) / 10.0 - 0.5;
  }

  int expected(int[] tokens, int position) {
    return kind == ModelKind.CAUSAL ? tokens[position] + 1 : 'a' + position;
  }

  @Override
  public List<TokenScores> score(List<ScoreRequest> batch) {
    List<TokenScores> scores = new ArrayList<>();
    for (ScoreRequest request : batch) {
      sequences++;
      int n = request.positions().length;
      double[] values = new double[n];
      int[] predictions = new int[n];
      for (int i = 0; i < n; i++) {
        predictions[i] = expected(request.tokens(), request.positions()[i]);
        values[i] = logProbability(predictions[i], request.targets()[i]);
      }
      scores.add(new TokenScores(values, predictions));
    }
    return scores;
  }

  @Override
  public List<int[]> generate(List<int[]> prompts, int newTokens, Set<Integer> stopTokens) {
    return prompts.stream()
        .map(
            prompt -> {
              int[] tokens = new int[newTokens];
              Arrays.setAll(tokens, i -> prompt[prompt.length - 1] + 1 + i);
              return tokens;
            })
        .toList();
  }

  @Override
  public ModelKind kind() {
    return kind;
  }

  @Override
  public int vocabularySize() {
    return 1 << 16;
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public int layers() {
    return 1;
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public BatchState startScoring(List<ScoreRequest> batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public BatchState startGeneration(List<int[]> prompts, int newTokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Stop firstUse(Collection<String> tensors) {
    throw new UnsupportedOperationException();
  }

  @Override
  public BatchState advance(BatchState earlier, Stop stop) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<TokenScores> score(BatchState prefix) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<List<int[]>> generateTogether(
      List<BatchState> batches, int newTokens, Set<Integer> stopTokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void patch(String tensor, FloatBuffer values) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void restore() {}

  @Override
  public void close() {}
}
