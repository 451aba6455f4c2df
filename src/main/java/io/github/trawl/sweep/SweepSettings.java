package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Metric;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a sweep measures and when it stops.
 *
 * @param screening which points see all validation examples
 * @param level bound on the probability that a race drops the point that is truly best; also the
 *     level of the test by which an addition to a composition is accepted
 * @param firstBlock number of validation examples of each task in the first block, at least 1
 * @param growth the size of each block as a multiple of the one before, at least 1
 * @param shuffleSeed seed of the order in which validation examples are asked
 * @param metric by which points are compared; the first of each task if not named
 * @param runnersUp how many points beside the best one see the test examples after a race
 * @param controls how many controls are measured for each point, and for the composition, that see
 *     the test examples
 * @param composition whether several points are tried together
 * @param maxAttempts how often a unit may fail, over all runs, before it is given up; at least 1
 * @param maxFailures how many failed attempts end this run; unlimited if empty
 * @param timeLimit after which this run begins nothing new; unlimited if empty
 */
public record SweepSettings(
    Screening screening,
    double level,
    int firstBlock,
    double growth,
    long shuffleSeed,
    Optional<Metric> metric,
    int runnersUp,
    int controls,
    Composition composition,
    int maxAttempts,
    OptionalInt maxFailures,
    Optional<Duration> timeLimit) {
  /** Checks the ranges. */
  public SweepSettings {
    if (!(level > 0 && level < 1) || firstBlock < 1 || !(growth >= 1)) {
      throw new IllegalArgumentException(
          "level %s, first block %d, growth %s".formatted(level, firstBlock, growth));
    }
    if (runnersUp < 0 || controls < 0 || maxAttempts < 1) {
      throw new IllegalArgumentException(
          "%d runners-up, %d controls, %d attempts".formatted(runnersUp, controls, maxAttempts));
    }
  }
}
