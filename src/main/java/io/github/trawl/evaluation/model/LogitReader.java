package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns the hidden states after the last layer into logits, scores or predicted tokens. Callers
 * pass only the states of the tokens that they need.
 */
final class LogitReader {
  /** Scores are computed from at most this many logits (64 MiB) at a time, or from one row. */
  private static final int LARGEST_CHUNK = 16 << 20;

  /** The most rows that a thread reads at a time if several threads read them. */
  private static final int ROWS_OF_PIECE = 8;

  private final String model;
  private final OutputHead head;
  private final int vocabulary;
  private final NumberType type;

  /**
   * @param model the name of the model in messages
   * @param type the type of the weights and hidden states
   */
  LogitReader(String model, OutputHead head, int vocabulary, NumberType type) {
    this.model = model;
    this.head = head;
    this.vocabulary = vocabulary;
    this.type = type;
  }

  /** Returns the number of rows, at least 1, that go through the head at a time for scores. */
  static int rowsAtATime(int vocabulary) {
    return Math.max(1, LARGEST_CHUNK / vocabulary);
  }

  /**
   * Returns the scores that {@code batch} asks for.
   *
   * @param states [1, rows, hidden] after the last layer
   * @param rows the tokens to which the rows of {@code states} belong
   * @throws NotANumberException if a logit is NaN
   * @throws TrawlException if a target is not a token that the model predicts
   */
  List<TokenScores> scores(NativeTensor states, LogitRows rows, List<ScoreRequest> batch) {
    int[] places = rows.rowOfPosition();
    int[] targets =
        batch.stream().flatMapToInt(request -> Arrays.stream(request.targets())).toArray();
    double[] logProbabilities = new double[places.length];
    int[] predictions = new int[places.length];
    int count = rows.rows().length;
    int step = rowsAtATime(vocabulary);
    for (int start = 0; start < count; start += step) {
      read(
          states,
          start,
          Math.min(count, start + step),
          (logits, first) -> {
            int[] asked =
                IntStream.range(0, places.length)
                    .filter(i -> places[i] >= first && places[i] < first + logits.size(0))
                    .toArray();
            long[] best = logits.argMax(1).toLongArray();
            long[] cells = new long[asked.length];
            for (int i = 0; i < asked.length; i++) {
              int row = places[asked[i]] - first;
              cells[i] = (long) row * vocabulary + target(targets[asked[i]]);
              predictions[asked[i]] = Math.toIntExact(best[row]);
            }
            float[] values =
                logits
                    .logSoftmax(1)
                    .reshape(-1, 1)
                    .rows(logits.scope().create(cells, cells.length))
                    .toFloatArray();
            for (int i = 0; i < asked.length; i++) {
              logProbabilities[asked[i]] = values[i];
            }
          });
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

  /** Reads the logits of some rows, of which {@code first} is the index of the first. */
  private interface Piece {
    void read(NativeTensor logits, int first);
  }

  /**
   * Computes the logits of rows and lets {@code piece} read them: in several threads if the rows
   * are so few that {@link FewRowProducts} computes their logits.
   */
  private void read(NativeTensor states, int start, int end, Piece piece) {
    try (TensorScope scope = states.scope().newScope()) {
      if (Linear.isOfFewRows(type, end - start, states.scope())) {
        TorchEngine.withOneThread(
            () -> {
              readInPieces(logits(scope, states, start, end), start, piece);
              return null;
            });
      } else {
        piece.read(logits(scope, states, start, end), start);
      }
    }
  }

  private static void readInPieces(NativeTensor logits, int start, Piece piece) {
    int rows = Math.toIntExact(logits.size(0));
    HelperThreads.forEach(
        (rows + ROWS_OF_PIECE - 1) / ROWS_OF_PIECE,
        i -> {
          int first = ROWS_OF_PIECE * i;
          try (TensorScope own = TensorScope.onCpu()) { // A scope belongs to one thread.
            piece.read(
                own.adopt(logits.handle().narrow(0, first, Math.min(ROWS_OF_PIECE, rows - first))),
                start + first);
          }
        });
  }

  /**
   * Returns the most probable token of each row.
   *
   * @param states [1, rows, hidden] after the last layer
   * @throws NotANumberException if a logit is NaN
   */
  int[] predictions(NativeTensor states) {
    int[] best = new int[Math.toIntExact(states.size(1))];
    readNumbers(
        states,
        (logits, first) -> {
          long[] own = logits.argMax(1).toLongArray();
          for (int i = 0; i < own.length; i++) {
            best[first + i] = Math.toIntExact(own[i]);
          }
        });
    return best;
  }

  /**
   * Returns the most probable token of each row, those that its sequence holds being penalised.
   *
   * @param states [1, rows, hidden] after the last layer
   * @param sequences the tokens so far of each row
   * @throws NotANumberException if a logit is NaN
   */
  int[] predictions(NativeTensor states, List<int[]> sequences, RepetitionPenalty penalty) {
    int[] best = new int[Math.toIntExact(states.size(1))];
    readNumbers(
        states,
        (logits, first) -> {
          for (int i = 0; i < logits.size(0); i++) {
            best[first + i] =
                penalty.mostProbable(
                    logits.slice(0, i, i + 1).toFloatArray(), sequences.get(first + i));
          }
        });
    return best;
  }

  /** Lets {@code piece} read the logits of all rows, none of which is NaN. */
  private void readNumbers(NativeTensor states, Piece piece) {
    read(
        states,
        0,
        Math.toIntExact(states.size(1)),
        (logits, first) -> {
          if (logits.hasNaN()) {
            throw notANumber();
          }
          piece.read(logits, first);
        });
  }

  /**
   * Returns all logits of each sequence: [tokens][vocabulary].
   *
   * @param states [1, rows, hidden] after the last layer, a row for each token of each sequence
   */
  List<float[][]> logits(NativeTensor states, List<int[]> sequences) {
    List<float[][]> all = new ArrayList<>();
    int start = 0;
    for (int[] sequence : sequences) {
      int end = start + sequence.length;
      try (TensorScope scope = states.scope().newScope()) {
        float[] values = logits(scope, states, start, end).toFloatArray();
        float[][] own = new float[sequence.length][];
        for (int j = 0; j < own.length; j++) {
          own[j] = Arrays.copyOfRange(values, j * vocabulary, (j + 1) * vocabulary);
        }
        all.add(own);
      }
      start = end;
    }
    return all;
  }

  private NativeTensor logits(TensorScope scope, NativeTensor states, int start, int end) {
    NativeTensor flat = states.reshape(-1, states.size(2));
    flat.attach(scope);
    return head.apply(flat.slice(0, start, end));
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

  /** Checks for NaN: one NaN in a row of logits makes all log-probabilities of the row NaN. */
  private void requireNumbers(double[] logProbabilities) {
    for (double value : logProbabilities) {
      if (Double.isNaN(value)) {
        throw notANumber();
      }
    }
  }

  private TrawlException notANumber() {
    return new NotANumberException(model, type);
  }
}
