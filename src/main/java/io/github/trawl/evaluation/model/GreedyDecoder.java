package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Continues prompts with the most probable token at each step, with a cache of keys and values.
 *
 * <p>Prompts are padded at the end. The padding's keys stay in the cache, but no token of a prompt
 * or its continuation attends to them, so a continuation does not depend on the other prompts of
 * the batch.
 */
final class GreedyDecoder {
  private final Transformer transformer;
  private final LogitReader reader;
  private final NDManager run;
  private final HiddenPrefix start;
  private final TokenBatch prompts;
  private final List<LayerCache> caches;

  /**
   * @param run owns the arrays
   * @param start the prompts at any stop; not changed
   */
  GreedyDecoder(Transformer transformer, LogitReader reader, NDManager run, HiddenPrefix start) {
    this.transformer = transformer;
    this.reader = reader;
    this.run = run;
    this.start = start;
    this.prompts = start.tokens();
    this.caches = start.cachesFor(run, transformer.layerCount());
  }

  List<int[]> decode(int newTokens, Set<Integer> stopTokens) {
    int[] lengths = prompts.sequences().stream().mapToInt(prompt -> prompt.length).toArray();
    List<List<Integer>> added = new ArrayList<>();
    boolean[] ended = new boolean[prompts.size()];
    for (int i = 0; i < prompts.size(); i++) {
      added.add(new ArrayList<>());
    }
    int[] next = null;
    for (int step = 0; step < newTokens; step++) {
      next = step == 0 ? first() : following(next, lengths, step);
      boolean allEnded = true;
      for (int i = 0; i < next.length; i++) {
        ended[i] |= stopTokens.contains(next[i]);
        if (!ended[i]) {
          added.get(i).add(next[i]);
        }
        allEnded &= ended[i];
      }
      if (allEnded) {
        break;
      }
    }
    return added.stream()
        .map(tokens -> tokens.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private int[] first() {
    try (NDManager scope = run.newSubManager()) {
      PassRun pass =
          PassRun.whole(
              scope, true, prompts, caches, prompts.lastRows(), transformer.layerCount() - 1);
      return reader.predictions(
          transformer.finish(scope, start.state().sharedWith(scope), start.stop(), pass));
    }
  }

  /**
   * Returns the next token of each sequence.
   *
   * @param tokens the last token of each sequence, whose key is not in the caches yet
   * @param lengths the number of tokens of each prompt
   * @param step how many tokens have been predicted for each sequence so far, those in {@code
   *     tokens} included
   */
  private int[] following(int[] tokens, int[] lengths, int step) {
    int[] queries = Arrays.stream(lengths).map(length -> length + step - 1).toArray();
    try (NDManager scope = run.newSubManager()) {
      AttentionContext context = AttentionContext.next(scope, queries, keys(lengths, step));
      NDArray hidden = transformer.embedNext(scope, tokens, queries);
      NDArray states =
          transformer.finish(
              scope, LayerState.input(hidden), Stop.before(0), PassRun.next(context, caches));
      return reader.predictions(states.reshape(1, tokens.length, -1));
    }
  }

  private int[][] keys(int[] lengths, int step) {
    int[][] prompt = prompts.positions();
    int[][] keys = new int[prompt.length][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Arrays.copyOf(prompt[i], prompt[i].length + step);
      for (int j = 0; j < step; j++) {
        keys[i][prompt[i].length + j] = lengths[i] + j;
      }
    }
    return keys;
  }
}
