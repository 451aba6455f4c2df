package io.github.trawl.evaluation.task;

import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The questions of one example to the model.
 *
 * @param requests the requests to score, in the order in which {@link Scorer#result} takes the
 *     scores
 * @param parts for each question the part of a request's scores that belongs to it, if questions
 *     may share requests, see {@link #merged}; else empty
 * @param prompt the tokens to continue greedily, if the task generates
 */
public record ExampleQuestions(
    List<ScoreRequest> requests, List<ScoreRange> parts, Optional<int[]> prompt) {
  /** Copies the lists. */
  public ExampleQuestions {
    requests = List.copyOf(requests);
    parts = List.copyOf(parts);
  }

  /** The scores {@code from}, inclusive, to {@code to}, exclusive, of the request at an index. */
  public record ScoreRange(int request, int from, int to) {}

  /** Returns questions with a request for each. */
  static ExampleQuestions scored(List<ScoreRequest> requests) {
    return new ExampleQuestions(requests, List.of(), Optional.empty());
  }

  /**
   * Returns questions in which those that give the model the same tokens, as answers of one token
   * do, share a request, so that the model runs once for all of them.
   */
  static ExampleQuestions merged(List<ScoreRequest> questions) {
    Map<IntBuffer, Integer> places = new HashMap<>();
    List<ScoreRequest> requests = new ArrayList<>();
    List<ScoreRange> parts = new ArrayList<>();
    for (ScoreRequest question : questions) {
      Integer place = places.putIfAbsent(IntBuffer.wrap(question.tokens()), requests.size());
      if (place == null) {
        parts.add(new ScoreRange(requests.size(), 0, question.positions().length));
        requests.add(question);
      } else {
        ScoreRequest earlier = requests.get(place);
        ScoreRequest both =
            new ScoreRequest(
                question.tokens(),
                concatenated(earlier.positions(), question.positions()),
                concatenated(earlier.targets(), question.targets()));
        parts.add(new ScoreRange(place, earlier.positions().length, both.positions().length));
        requests.set(place, both);
      }
    }
    return new ExampleQuestions(requests, parts, Optional.empty());
  }

  /** Splits the scores of the requests into those of each question given to {@link #merged}. */
  List<TokenScores> separate(List<TokenScores> scores) {
    return parts.stream()
        .map(
            part -> {
              TokenScores all = scores.get(part.request);
              return new TokenScores(
                  Arrays.copyOfRange(all.logProbabilities(), part.from, part.to),
                  Arrays.copyOfRange(all.predictions(), part.from, part.to));
            })
        .toList();
  }

  /** Returns the targets of the question at an index among those given to {@link #merged}. */
  int[] targets(int question) {
    ScoreRange part = parts.get(question);
    return Arrays.copyOfRange(requests.get(part.request).targets(), part.from, part.to);
  }

  private static int[] concatenated(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
