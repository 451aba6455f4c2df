package io.github.trawl.evaluation.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A batch of prompts and the tokens that were added to them so far, with the keys and values of
 * both.
 *
 * <p>Prompts are padded at the end. The padding's keys stay in the cache, but no token of a prompt
 * or its continuation attends to them, so a continuation does not depend on the other prompts of
 * the batch, apart from rounding.
 */
final class Continuation {
  private final Transformer transformer;
  private final NativeBatchState start;
  private final TokenBatch prompts;
  private final List<KeyValueCache> caches;
  private final int[] lengths;
  private final List<List<Integer>> added = new ArrayList<>();
  private final boolean[] ended;

  /** The latest predicted token of each prompt, ended ones included; null before the first. */
  private int[] last;

  /** How many tokens have been predicted for each prompt. */
  private int steps;

  /**
   * @param scope owns the caches
   * @param start the prompts at some stop; not changed
   */
  Continuation(Transformer transformer, TensorScope scope, NativeBatchState start) {
    this.transformer = transformer;
    this.start = start;
    this.prompts = start.tokens();
    this.caches = start.cachesFor(scope, transformer.layerCount());
    this.lengths = prompts.lengths();
    this.ended = new boolean[prompts.size()];
    for (int i = 0; i < prompts.size(); i++) {
      added.add(new ArrayList<>());
    }
  }

  /** The number of prompts. */
  int size() {
    return prompts.size();
  }

  /** Whether a step is done, so that the next pass is over one token of each prompt. */
  boolean hasBegun() {
    return last != null;
  }

  /** Whether every continuation has reached a stop token. */
  boolean ended() {
    for (boolean each : ended) {
      if (!each) {
        return false;
      }
    }
    return true;
  }

  /** The tokens that follow each prompt. */
  List<int[]> added() {
    return added.stream()
        .map(tokens -> tokens.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  /** Each prompt with the tokens that were added to it. */
  List<int[]> sequences() {
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      sequences.add(
          IntStream.concat(
                  Arrays.stream(prompts.sequences().get(i)),
                  added.get(i).stream().mapToInt(Integer::intValue))
              .toArray());
    }
    return sequences;
  }

  /**
   * The pass that gives the next tokens; it extends the caches.
   *
   * @param scope owns its tensors
   */
  Transformer.Pass pass(TensorScope scope) {
    if (last == null) {
      PassContext whole =
          PassContext.whole(
              scope, true, prompts, caches, prompts.lastRows(), transformer.layerCount() - 1);
      return new Transformer.Pass(scope, start.state().sharedWith(scope), start.stop(), whole);
    }
    int[] queries = Arrays.stream(lengths).map(length -> length + steps - 1).toArray();
    AttentionContext context = AttentionContext.next(scope, queries, keys());
    return new Transformer.Pass(
        scope,
        LayerState.input(transformer.embedNext(scope, last, queries)),
        Stop.before(0),
        PassContext.next(context, caches));
  }

  /**
   * Adds the predicted tokens to the prompts that have not ended. Ended ones stay in the batch, and
   * what is predicted for them is dropped.
   */
  void add(int[] predicted, Set<Integer> stopTokens) {
    last = predicted;
    steps++;
    for (int i = 0; i < predicted.length; i++) {
      ended[i] |= stopTokens.contains(predicted[i]);
      if (!ended[i]) {
        added.get(i).add(predicted[i]);
      }
    }
  }

  /** The positions of all keys in the caches, those of the last tokens included. */
  private int[][] keys() {
    int[][] prompt = prompts.positions();
    int[][] keys = new int[prompt.length][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Arrays.copyOf(prompt[i], prompt[i].length + steps);
      for (int j = 0; j < steps; j++) {
        keys[i][prompt[i].length + j] = lengths[i] + j;
      }
    }
    return keys;
  }
}
