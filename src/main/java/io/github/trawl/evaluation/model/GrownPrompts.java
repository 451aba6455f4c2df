package io.github.trawl.evaluation.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Generations that grew beyond the length at which a model computes all keys anew, such as Phi-3
 * where its rotary embeddings change: what was added up to there becomes part of the prompt.
 */
final class GrownPrompts {
  private final List<int[]> prompts;
  private final List<int[]> added;
  private final int limit;

  private GrownPrompts(List<int[]> prompts, List<int[]> added, int limit) {
    this.prompts = prompts;
    this.added = added;
    this.limit = limit;
  }

  /**
   * Finds the generations that grew too long.
   *
   * @param prompts of all generations
   * @param added the tokens that follow each of them
   * @param limit the most tokens of a sequence whose keys are still valid
   */
  static GrownPrompts of(List<int[]> prompts, List<int[]> added, int limit) {
    return new GrownPrompts(prompts, added, limit);
  }

  /** Prompts to be continued once more, by up to {@code newTokens}. */
  record Again(List<int[]> prompts, int newTokens) {}

  /**
   * Returns all generations, after {@code generate} has finished those that grew too long.
   *
   * @param newTokens the most tokens of each
   */
  List<int[]> finish(int newTokens, Function<Again, List<int[]>> generate) {
    List<Integer> grown = new ArrayList<>();
    List<int[]> again = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < prompts.size(); i++) {
      int good = good(i);
      if (good > 0 && good < newTokens && added.get(i).length >= good) {
        grown.add(i);
        again.add(joined(prompts.get(i), Arrays.copyOf(added.get(i), good)));
        most = Math.max(most, newTokens - good);
      }
    }
    if (grown.isEmpty()) {
      return added;
    }
    List<int[]> finished = new ArrayList<>(added);
    List<int[]> rest = generate.apply(new Again(again, most));
    for (int i = 0; i < grown.size(); i++) {
      int place = grown.get(i);
      int[] whole = joined(Arrays.copyOf(added.get(place), good(place)), rest.get(i));
      finished.set(place, Arrays.copyOf(whole, Math.min(whole.length, newTokens)));
    }
    return finished;
  }

  /** How many tokens follow from a sequence that is short enough; 0 if the prompt is not. */
  private int good(int generation) {
    return Math.max(0, limit - prompts.get(generation).length + 1);
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
