package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.MethodOption;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A part of a grid: every combination of the values of its lists is a point.
 *
 * @param strategies which layers share a stack
 * @param matrices selections such as {@code fc} or {@code up,down}
 * @param layers selections such as {@code all} or {@code 10,11}; {@code each} stands for every
 *     layer by itself, {@code each:last:4} for every layer of the selection {@code last:4}
 * @param methods of the decompositions
 * @param sizes ranks or ratios; every method of the entry must take them
 * @param seeds for methods with a random start, which have a point for each; other methods have a
 *     single one
 * @param maxIterations at least 1, if not the default
 * @param tolerance at least 0, if not the default of each method
 * @param start of the methods with a random start, if not the default
 * @param acceleration of the methods that have one, if not the default
 */
public record GridEntry(
    List<Strategy> strategies,
    List<String> matrices,
    List<String> layers,
    List<DecompositionMethod> methods,
    List<DecompositionSize> sizes,
    List<Long> seeds,
    Optional<Integer> maxIterations,
    Optional<Double> tolerance,
    Optional<StartDistribution> start,
    Optional<Acceleration> acceleration) {
  /** Copies the lists. */
  public GridEntry {
    strategies = List.copyOf(strategies);
    matrices = List.copyOf(matrices);
    layers = List.copyOf(layers);
    methods = List.copyOf(methods);
    sizes = List.copyOf(sizes);
    seeds = List.copyOf(seeds);
  }

  /**
   * Returns the points, in the order of the lists; the seeds vary fastest.
   *
   * @param modelLayers how many layers the model has
   * @throws TrawlException of category {@code USAGE} if a selection is not understood or names
   *     layers that the model does not have, or a method does not take an option
   */
  List<Point> points(int modelLayers) {
    methods.forEach(this::requireSupported);
    List<Point> points = new ArrayList<>();
    for (Strategy strategy : strategies) {
      for (String matrix : matrices) {
        for (String selected : layers) {
          for (String layer : LayerExpansion.expand(strategy, selected, modelLayers)) {
            StackSelection selection = new StackSelection(strategy, normal(matrix), layer);
            methods.forEach(method -> add(selection, method, points));
          }
        }
      }
    }
    return points;
  }

  /**
   * Returns a selection without spaces and in lower case, so that one written in two ways gives one
   * point.
   */
  private static String normal(String matrices) {
    return matrices.replace(" ", "").toLowerCase(Locale.ROOT);
  }

  private void add(StackSelection selection, DecompositionMethod method, List<Point> points) {
    IterationSettings defaults = IterationSettings.defaults(method);
    IterationSettings settings =
        new IterationSettings(
            maxIterations.orElse(defaults.maxIterations()),
            tolerance.orElse(defaults.tolerance()),
            start.orElse(defaults.start()),
            acceleration.orElse(defaults.acceleration()));
    boolean seeded = method.options().contains(MethodOption.SEED);
    for (DecompositionSize size : sizes) {
      for (long seed : seeded ? seeds : List.of(0L)) {
        points.add(new Point(selection, method, size, seed, settings));
      }
    }
  }

  /**
   * Refuses an option that a method would ignore. Seeds are not refused: methods without a random
   * start leave them out.
   */
  private void requireSupported(DecompositionMethod method) {
    for (DecompositionSize size : sizes) {
      if (!size.suits(method)) {
        throw unsupported(method, size.key());
      }
    }
    requireSupported(method, MethodOption.MAX_ITERATIONS, maxIterations.isPresent());
    requireSupported(method, MethodOption.TOLERANCE, tolerance.isPresent());
    requireSupported(method, MethodOption.START, start.isPresent());
    requireSupported(method, MethodOption.ACCELERATION, acceleration.isPresent());
  }

  private static void requireSupported(
      DecompositionMethod method, MethodOption option, boolean given) {
    if (given && !method.options().contains(option)) {
      throw unsupported(method, option.key());
    }
  }

  private static TrawlException unsupported(DecompositionMethod method, String key) {
    return new TrawlException(
        ErrorCategory.USAGE,
        "grid: method %s takes no %s; give %s an entry of its own without it"
            .formatted(method.key(), key, method.key()));
  }
}
