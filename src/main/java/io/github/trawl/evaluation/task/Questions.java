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
 * @param requests to be scored, in the order in which {@link Scorer#result} wants the scores
 * @param parts where the scores of each question are, if questions share requests; else empty
 * @param prompt tokens to be continued greedily, if the task generates
 */
public record Questions(List<ScoreRequest> requests, List<Part> parts, Optional<int[]> prompt) {
  /** Copies the lists. */
  public Questions {
    requests = List.copyOf(requests);
    parts = List.copyOf(parts);
  }

  /** The scores {@code from} to before {@code to} of request {@code request}. */
  public record Part(int request, int from, int to) {}

  static Questions scored(List<ScoreRequest> requests) {
    return new Questions(requests, List.of(), Optional.empty());
  }

  /**
   * One request for all questions that give the model the same tokens, as answers of one token do:
   * the model runs once instead of once for each.
   */
  static Questions shared(List<ScoreRequest> questions) {
    Map<IntBuffer, Integer> places = new HashMap<>();
    List<ScoreRequest> requests = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    for (ScoreRequest question : questions) {
      Integer place = places.putIfAbsent(IntBuffer.wrap(question.tokens()), requests.size());
      if (place == null) {
        parts.add(new Part(requests.size(), 0, question.positions().length));
        requests.add(question);
      } else {
        ScoreRequest earlier = requests.get(place);
        ScoreRequest both =
            new ScoreRequest(
                question.tokens(),
                concatenated(earlier.positions(), question.positions()),
                concatenated(earlier.targets(), question.targets()));
        parts.add(new Part(place, earlier.positions().length, both.positions().length));
        requests.set(place, both);
      }
    }
    return new Questions(requests, parts, Optional.empty());
  }

  /** The scores of each question that {@link #shared} was given. */
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

  /** The targets of a question that {@link #shared} was given, by its index among them. */
  int[] targets(int question) {
    Part part = parts.get(question);
    return Arrays.copyOfRange(requests.get(part.request).targets(), part.from, part.to);
  }

  private static int[] concatenated(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
