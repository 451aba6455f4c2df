package io.github.trawl.sweep;

import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.plan.Strategy;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A rule that matches a point if every set that is not empty contains the point's value.
 *
 * @param strategies which layers share a stack
 * @param matrices selections as the grid writes them
 * @param layers selections as the grid writes them, but without {@code each}: the points of an
 *     entry {@code each:last:2} have the selections {@code 10} and {@code 11}
 * @param methods of the decompositions
 * @param sizes ranks or ratios
 * @param seeds of random starts; points of methods without one have seed 0
 */
public record GridRule(
    Set<Strategy> strategies,
    Set<String> matrices,
    Set<String> layers,
    Set<DecompositionMethod> methods,
    Set<DecompositionSize> sizes,
    Set<Long> seeds) {
  /** Copies the sets. */
  public GridRule {
    strategies = Set.copyOf(strategies);
    matrices = normal(matrices);
    layers = normal(layers);
    methods = Set.copyOf(methods);
    sizes = Set.copyOf(sizes);
    seeds = Set.copyOf(seeds);
  }

  boolean matches(Point point) {
    return matches(strategies, point.selection().strategy())
        && matches(matrices, normal(point.selection().matrices()))
        && matches(layers, normal(point.selection().layers()))
        && matches(methods, point.method())
        && matches(sizes, point.size())
        && matches(seeds, point.seed());
  }

  private static <T> boolean matches(Set<T> values, T value) {
    return values.isEmpty() || values.contains(value);
  }

  private static Set<String> normal(Set<String> texts) {
    return texts.stream().map(GridRule::normal).collect(Collectors.toUnmodifiableSet());
  }

  private static String normal(String text) {
    return text.replace(" ", "").toLowerCase(Locale.ROOT);
  }
}
