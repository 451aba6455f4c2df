package io.github.trawl.sweep;

import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.StartDistribution;
import java.util.List;
import java.util.Locale;

/**
 * How a decomposition iterates.
 *
 * @param maxIterations at least 1
 * @param tolerance iterations end when the relative error changes by less than this twice in a row;
 *     at least 0
 * @param start how factors are initialised; ignored by a method without a random start
 * @param acceleration ignored by a method that can't be accelerated
 */
public record IterationSettings(
    int maxIterations, double tolerance, StartDistribution start, Acceleration acceleration) {
  /** The number of iterations if none is given. */
  public static final int DEFAULT_ITERATIONS = 100;

  /** Checks the ranges. */
  public IterationSettings {
    if (maxIterations < 1 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(maxIterations + " iterations, tolerance " + tolerance);
    }
  }

  /**
   * Returns the defaults of a method: {@link #DEFAULT_ITERATIONS}, the tolerance of the method, a
   * uniform start and no acceleration.
   */
  public static IterationSettings defaults(DecompositionMethod method) {
    return new IterationSettings(
        DEFAULT_ITERATIONS,
        method.defaultTolerance(),
        StartDistribution.UNIFORM,
        Acceleration.NONE);
  }

  /**
   * Returns the part of a point's name for settings other than the defaults of {@code method}, such
   * as {@code -i50}.
   */
  String suffix(DecompositionMethod method) {
    IterationSettings defaults = defaults(method);
    StringBuilder text = new StringBuilder();
    if (maxIterations != defaults.maxIterations) {
      text.append("-i").append(maxIterations);
    }
    if (tolerance != defaults.tolerance) {
      text.append("-t").append(String.format(Locale.ROOT, "%s", tolerance));
    }
    if (start != defaults.start) {
      text.append('-').append(start.name().toLowerCase(Locale.ROOT));
    }
    if (acceleration != defaults.acceleration) {
      text.append('-').append(acceleration.name().toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }

  /** Returns the options for solving all of these sizes with all of these seeds. */
  DecompositionOptions options(
      DecompositionMethod method, List<DecompositionSize> sizes, List<Long> seeds) {
    return new DecompositionOptions(
        method,
        sizes.stream()
            .filter(DecompositionSize.Rank.class::isInstance)
            .map(size -> ((DecompositionSize.Rank) size).value())
            .toList(),
        sizes.stream()
            .filter(DecompositionSize.Ratio.class::isInstance)
            .map(size -> ((DecompositionSize.Ratio) size).value())
            .toList(),
        seeds,
        maxIterations,
        tolerance,
        start,
        acceleration);
  }
}
