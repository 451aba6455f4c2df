package io.github.trawl.sweep;

import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.FactorStart;
import java.util.List;
import java.util.Locale;

/**
 * How decompositions iterate.
 *
 * @param maxIterations at least 1
 * @param tolerance on the change of the relative error, at least 0
 * @param start of a method with a random start
 * @param acceleration of a method that has one
 */
public record IterationSettings(
    int maxIterations, double tolerance, FactorStart start, Acceleration acceleration) {
  /** Iterations where none are given. */
  public static final int DEFAULT_ITERATIONS = 100;

  /** Checks the ranges. */
  public IterationSettings {
    if (maxIterations < 1 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(maxIterations + " iterations, tolerance " + tolerance);
    }
  }

  /**
   * {@link #DEFAULT_ITERATIONS}, a uniform start and no acceleration, with the tolerance of the
   * method.
   */
  public static IterationSettings defaults(DecompositionMethod method) {
    return new IterationSettings(
        DEFAULT_ITERATIONS, method.defaultTolerance(), FactorStart.UNIFORM, Acceleration.NONE);
  }

  /** What differs from the defaults of {@code method}, for names: {@code -i50} and the like. */
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

  /** The options that solve for all of these ranks or ratios and seeds. */
  DecompositionOptions options(DecompositionMethod method, List<Size> sizes, List<Long> seeds) {
    return new DecompositionOptions(
        method,
        sizes.stream()
            .filter(Size.Rank.class::isInstance)
            .map(size -> ((Size.Rank) size).value())
            .toList(),
        sizes.stream()
            .filter(Size.Ratio.class::isInstance)
            .map(size -> ((Size.Ratio) size).value())
            .toList(),
        seeds,
        maxIterations,
        tolerance,
        start,
        acceleration);
  }
}
