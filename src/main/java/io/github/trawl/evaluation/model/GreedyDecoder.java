package io.github.trawl.evaluation.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Continues prompts with the most probable token at each step, with a cache of keys and values. In
 * each step all batches go through a layer before any goes through the next.
 */
final class GreedyDecoder {
  private final Transformer transformer;
  private final LogitReader reader;
  private final TensorScope owner;
  private final NumberType type;
  private final RepetitionPenalty penalty;

  /**
   * @param owner owns the tensors
   * @param type the type of the model's weights
   * @param penalty of the tokens that a prompt or its continuation holds already
   */
  GreedyDecoder(
      Transformer transformer,
      LogitReader reader,
      TensorScope owner,
      NumberType type,
      RepetitionPenalty penalty) {
    this.transformer = transformer;
    this.reader = reader;
    this.owner = owner;
    this.type = type;
    this.penalty = penalty;
  }

  /**
   * Returns the tokens that follow each prompt of each batch.
   *
   * @param starts prompts at some stop; not changed
   * @param newTokens the most tokens to add
   * @param stopTokens ids that end a continuation; not part of it
   */
  List<List<int[]>> decode(List<NativeBatchState> starts, int newTokens, Set<Integer> stopTokens) {
    List<Continuation> all =
        starts.stream().map(start -> new Continuation(transformer, owner, start)).toList();
    for (int step = 0; step < newTokens; step++) {
      List<Continuation> open = all.stream().filter(batch -> !batch.ended()).toList();
      if (open.isEmpty()) {
        break;
      }
      step(open, stopTokens);
    }
    return all.stream().map(Continuation::added).toList();
  }

  /** Whether the products of a step have so few rows that {@link FewRowProducts} computes them. */
  private boolean areOfFewRows(List<Continuation> open) {
    return open.stream()
        .allMatch(batch -> batch.hasBegun() && Linear.isOfFewRows(type, batch.size(), owner));
  }

  private void step(List<Continuation> open, Set<Integer> stopTokens) {
    try (TensorScope scope = owner.newScope()) {
      List<Transformer.Pass> passes = new ArrayList<>();
      for (Continuation batch : open) {
        passes.add(batch.pass(scope.newScope()));
      }
      List<NativeTensor> states =
          areOfFewRows(open)
              ? TorchEngine.withOneThread(() -> transformer.finish(passes))
              : transformer.finish(passes);
      for (int i = 0; i < open.size(); i++) {
        Continuation batch = open.get(i);
        batch.add(predictions(batch, states.get(i).reshape(1, batch.size(), -1)), stopTokens);
      }
    }
  }

  private int[] predictions(Continuation batch, NativeTensor states) {
    return penalty.changesNothing()
        ? reader.predictions(states)
        : reader.predictions(states, batch.sequences(), penalty);
  }
}
