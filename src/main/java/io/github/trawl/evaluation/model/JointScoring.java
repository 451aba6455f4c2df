package io.github.trawl.evaluation.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Scores several batches, whose wanted tokens go together through what follows the attention of the
 * last layer; see {@link JointRows}.
 */
final class JointScoring {
  private final Transformer transformer;
  private final LogitReader reader;
  private final TensorScope owner;

  /**
   * @param owner owns the tensors
   */
  JointScoring(Transformer transformer, LogitReader reader, TensorScope owner) {
    this.transformer = transformer;
    this.reader = reader;
    this.owner = owner;
  }

  /**
   * Returns the scores of each batch.
   *
   * @param starts batches of requests that {@link JointRows} puts together; not changed
   */
  List<List<TokenScores>> score(List<NativeBatchState> starts) {
    List<LogitRows> rows =
        starts.stream()
            .map(start -> LogitRows.of(start.requests(), start.tokens().length()))
            .toList();
    List<ScoreRequest> requests =
        starts.stream().flatMap(start -> start.requests().stream()).toList();
    try (TensorScope scope = owner.newScopeOfFewRows()) {
      LayerState attended = attended(starts, scope);
      List<TokenScores> scores =
          TorchEngine.withOneThread(
              () ->
                  reader.scores(
                      transformer.finishLast(scope, attended),
                      LogitRows.concatenated(rows),
                      requests));
      return divided(scores, starts);
    }
  }

  /** Takes each batch to the latest stop of all, behind the last attention at least. */
  private LayerState attended(List<NativeBatchState> starts, TensorScope result) {
    Stop least = new Stop(transformer.layerCount() - 1, LayerPart.ATTENTION_OUTPUT);
    Stop end =
        starts.stream()
            .map(NativeBatchState::stop)
            .reduce(least, (one, other) -> one.compareTo(other) < 0 ? other : one);
    try (TensorScope apart = owner.newScope()) {
      List<LayerState> states = new ArrayList<>();
      for (NativeBatchState start : starts) {
        try (TensorScope common = owner.newScope()) {
          PassContext context =
              PassContext.whole(
                  common,
                  transformer.isCausal(),
                  start.tokens(),
                  null,
                  start.rows(),
                  transformer.layerCount() - 1);
          states.add(
              transformer.advance(
                  apart, start.state().sharedWith(common), start.stop(), end, context));
        }
      }
      return LayerState.concatenated(states, result);
    }
  }

  private static List<List<TokenScores>> divided(
      List<TokenScores> scores, List<NativeBatchState> starts) {
    List<List<TokenScores>> divided = new ArrayList<>();
    int from = 0;
    for (NativeBatchState start : starts) {
      int to = from + start.requests().size();
      divided.add(List.copyOf(scores.subList(from, to)));
      from = to;
    }
    return divided;
  }
}
