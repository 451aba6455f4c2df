package io.github.trawl.sweep;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * Cuts the sizes and seeds that are wanted for a stack into batches. Every size of a batch is
 * combined with every seed of it, so sizes are in one batch only if they are wanted with the same
 * seeds.
 */
final class SolveBatches {
  /**
   * The most columns of a batch, added up over its members, unless a single member has more. Matrix
   * products reach their full speed with far fewer; more columns would only take more memory and
   * lose more work when a solve is killed.
   */
  static final int MOST_COLUMNS = 4096;

  private SolveBatches() {}

  /** Sizes and seeds of a batch; each combination of them is a member. */
  record Members(List<DecompositionSize> sizes, List<Long> seeds) {}

  /**
   * Returns the batches. They depend on the wanted members but not on their order.
   *
   * @param wanted seeds by size
   * @param nested whether the decomposition of a size contains those of all smaller sizes, which
   *     then cost nothing
   * @param columns returns how many columns a size with one seed adds to each factor matrix
   */
  static List<Members> of(
      Map<DecompositionSize, ? extends Collection<Long>> wanted,
      boolean nested,
      ToLongFunction<DecompositionSize> columns) {
    SortedMap<List<Long>, SortedSet<DecompositionSize>> bySeeds =
        new TreeMap<>(
            Comparator.<List<Long>>comparingInt(List::size).thenComparing(List::toString));
    wanted.forEach(
        (size, seeds) ->
            bySeeds
                .computeIfAbsent(List.copyOf(new TreeSet<>(seeds)), key -> new TreeSet<>())
                .add(size));
    List<Members> batches = new ArrayList<>();
    bySeeds.forEach(
        (seeds, sizes) ->
            byKind(sizes)
                .forEach(
                    alike -> {
                      if (nested) {
                        batches.add(new Members(alike, seeds));
                      } else {
                        cut(alike, seeds, columns, batches);
                      }
                    }));
    return batches;
  }

  /** Separates ranks from ratios, which can't be mixed in one solve. */
  private static Collection<List<DecompositionSize>> byKind(SortedSet<DecompositionSize> sizes) {
    Map<Class<?>, List<DecompositionSize>> kinds = new LinkedHashMap<>();
    sizes.forEach(
        size -> kinds.computeIfAbsent(size.getClass(), key -> new ArrayList<>()).add(size));
    return kinds.values();
  }

  private static void cut(
      List<DecompositionSize> sizes,
      List<Long> seeds,
      ToLongFunction<DecompositionSize> columns,
      List<Members> batches) {
    for (List<DecompositionSize> part : cutSizes(sizes, columns)) {
      long width = part.stream().mapToLong(columns).sum();
      int seedsPerBatch = (int) Math.max(1, MOST_COLUMNS / Math.max(1, width));
      for (int start = 0; start < seeds.size(); start += seedsPerBatch) {
        batches.add(
            new Members(part, seeds.subList(start, Math.min(seeds.size(), start + seedsPerBatch))));
      }
    }
  }

  /**
   * Cuts sizes into runs that have at most {@link #MOST_COLUMNS} columns for one seed, or consist
   * of a single size that has more.
   */
  private static List<List<DecompositionSize>> cutSizes(
      List<DecompositionSize> sizes, ToLongFunction<DecompositionSize> columns) {
    List<List<DecompositionSize>> runs = new ArrayList<>();
    // So that the first size begins a run.
    long width = MOST_COLUMNS;
    for (DecompositionSize size : sizes) {
      width += columns.applyAsLong(size);
      if (width > MOST_COLUMNS) {
        runs.add(new ArrayList<>());
        width = columns.applyAsLong(size);
      }
      runs.get(runs.size() - 1).add(size);
    }
    return runs;
  }
}
