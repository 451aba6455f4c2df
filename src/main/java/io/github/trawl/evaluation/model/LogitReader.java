package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Computes logits at the positions that are asked for, and no others. */
final class LogitReader {
  /** Logits that are in memory at a time. */
  private static final int LARGEST_CHUNK = 16 << 20;

  private final String model;
  private final Head head;
  private final int vocabulary;

  LogitReader(String model, Head head, int vocabulary) {
    this.model = model;
    this.head = head;
    this.vocabulary = vocabulary;
  }

  /**
   * What {@code batch} asks.
   *
   * @param hidden [batch, tokens, hidden] after the last layer
   * @param batch what is asked
   */
  List<TokenScores> scores(NDArray hidden, List<ScoreRequest> batch) {
    int length = (int) hidden.getShape().get(1);
    int count = batch.stream().mapToInt(request -> request.positions().length).sum();
    long[] rows = new long[count];
    long[] targets = new long[count];
    int at = 0;
    for (int i = 0; i < batch.size(); i++) {
      ScoreRequest request = batch.get(i);
      for (int j = 0; j < request.positions().length; j++) {
        rows[at] = (long) i * length + request.positions()[j];
        targets[at++] = target(request.targets()[j]);
      }
    }
    double[] logProbabilities = new double[count];
    int[] predictions = new int[count];
    int step = Math.max(1, LARGEST_CHUNK / vocabulary);
    for (int start = 0; start < count; start += step) {
      int end = Math.min(count, start + step);
      try (NDManager scope = hidden.getManager().newSubManager()) {
        NDArray logits = logits(scope, hidden, Arrays.copyOfRange(rows, start, end));
        toInts(logits.argMax(1).toLongArray(), predictions, start);
        NDArray wanted =
            scope.create(Arrays.copyOfRange(targets, start, end)).reshape(end - start, 1);
        float[] values = logits.logSoftmax(1).gather(wanted, 1).toFloatArray();
        for (int i = 0; i < values.length; i++) {
          logProbabilities[start + i] = values[i];
        }
      }
    }
    requireNumbers(logProbabilities);
    List<TokenScores> scores = new ArrayList<>();
    int from = 0;
    for (ScoreRequest request : batch) {
      int to = from + request.positions().length;
      scores.add(
          new TokenScores(
              Arrays.copyOfRange(logProbabilities, from, to),
              Arrays.copyOfRange(predictions, from, to)));
      from = to;
    }
    return scores;
  }

  /**
   * The most probable token at one position of each sequence.
   *
   * @param hidden [batch, tokens, hidden] after the last layer
   */
  int[] predictions(NDArray hidden, int[] positions) {
    int length = (int) hidden.getShape().get(1);
    long[] rows = new long[positions.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (long) i * length + positions[i];
    }
    int[] predictions = new int[rows.length];
    try (NDManager scope = hidden.getManager().newSubManager()) {
      NDArray logits = logits(scope, hidden, rows);
      if (logits.isNaN().any().getBoolean()) {
        throw notANumber();
      }
      toInts(logits.argMax(1).toLongArray(), predictions, 0);
    }
    return predictions;
  }

  /** All logits of each sequence: [tokens][vocabulary]. */
  List<float[][]> logits(NDArray hidden, List<int[]> sequences) {
    int length = (int) hidden.getShape().get(1);
    List<float[][]> all = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      long first = (long) i * length;
      long[] rows = LongStream.range(first, first + sequences.get(i).length).toArray();
      try (NDManager scope = hidden.getManager().newSubManager()) {
        float[] values = logits(scope, hidden, rows).toFloatArray();
        float[][] own = new float[rows.length][];
        for (int j = 0; j < own.length; j++) {
          own[j] = Arrays.copyOfRange(values, j * vocabulary, (j + 1) * vocabulary);
        }
        all.add(own);
      }
    }
    return all;
  }

  private NDArray logits(NDManager scope, NDArray hidden, long[] rows) {
    NDArray flat = hidden.reshape(-1, hidden.getShape().get(2));
    flat.attach(scope);
    return head.apply(Embedding.rows(scope.create(rows), flat));
  }

  private long target(int token) {
    if (token < 0 || token >= vocabulary) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: target token %d is not one of the %d that the model predicts; use the tokenizer of this model"
              .formatted(model, token, vocabulary));
    }
    return token;
  }

  /** A NaN anywhere in a row of logits makes all its log-probabilities NaN. */
  private void requireNumbers(double[] logProbabilities) {
    for (double value : logProbabilities) {
      if (Double.isNaN(value)) {
        throw notANumber();
      }
    }
  }

  private TrawlException notANumber() {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        "%s: the model computes NaN; its weights are damaged or were changed too much"
            .formatted(model));
  }

  private static void toInts(long[] source, int[] target, int offset) {
    for (int i = 0; i < source.length; i++) {
      target[offset + i] = Math.toIntExact(source[i]);
    }
  }
}
