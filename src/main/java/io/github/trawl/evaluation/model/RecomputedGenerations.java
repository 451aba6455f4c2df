package io.github.trawl.evaluation.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Generations of a model that computes all keys anew beyond some length, such as Phi-3, whose
 * rotary frequencies change there. A generation that grew beyond it is generated again from that
 * length on, with the tokens added before as part of its prompt.
 */
final class RecomputedGenerations {
  private final List<int[]> prompts;
  private final List<int[]> added;
  private final int limit;

  private RecomputedGenerations(List<int[]> prompts, List<int[]> added, int limit) {
    this.prompts = prompts;
    this.added = added;
    this.limit = limit;
  }

  /**
   * Returns generations that are still to be checked and finished.
   *
   * @param prompts the prompt of each generation
   * @param added the tokens generated for each prompt
   * @param limit the length up to which the keys that were computed first stay valid
   */
  static RecomputedGenerations of(List<int[]> prompts, List<int[]> added, int limit) {
    return new RecomputedGenerations(prompts, added, limit);
  }

  /** Prompts to be continued once more, each by up to {@code newTokens} tokens. */
  record Regeneration(List<int[]> prompts, int newTokens) {}

  /**
   * Returns the added tokens of all generations. Those of a generation that grew beyond the limit
   * come from {@code generate} where they were predicted beyond it.
   *
   * @param newTokens the most tokens to add to a prompt
   * @param generate continues prompts, in their order
   */
  List<int[]> finish(int newTokens, Function<Regeneration, List<int[]>> generate) {
    List<Integer> grown = new ArrayList<>();
    List<int[]> again = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < prompts.size(); i++) {
      int within = tokensWithinLimit(i);
      if (within > 0 && within < newTokens && added.get(i).length >= within) {
        grown.add(i);
        again.add(joined(prompts.get(i), Arrays.copyOf(added.get(i), within)));
        most = Math.max(most, newTokens - within);
      }
    }
    if (grown.isEmpty()) {
      return added;
    }
    List<int[]> finished = new ArrayList<>(added);
    List<int[]> rest = generate.apply(new Regeneration(again, most));
    for (int i = 0; i < grown.size(); i++) {
      int place = grown.get(i);
      int[] whole = joined(Arrays.copyOf(added.get(place), tokensWithinLimit(place)), rest.get(i));
      finished.set(place, Arrays.copyOf(whole, Math.min(whole.length, newTokens)));
    }
    return finished;
  }

  /**
   * Returns how many new tokens are predicted from a sequence of at most {@code limit} tokens; 0 if
   * the prompt has more.
   */
  private int tokensWithinLimit(int generation) {
    return Math.max(0, limit - prompts.get(generation).length + 1);
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
