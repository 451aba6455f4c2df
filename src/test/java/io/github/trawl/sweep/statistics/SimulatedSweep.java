package io.github.trawl.sweep.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Answers, right (1) or wrong (0), of points that are as good as the unmodified model, each of
 * which answers one example in ten anew.
 */
final class SimulatedSweep {
  private static final double ACCURACY = 0.5;
  private static final double CHANGED = 0.1;

  private final Random random;
  private final double[] reference;
  private final List<double[]> points = new ArrayList<>();

  SimulatedSweep(Random random, int examples, int points) {
    this.random = random;
    reference = Formula.fill(examples, i -> answer(ACCURACY));
    for (int point = 0; point < points; point++) {
      this.points.add(
          Formula.fill(
              examples, i -> random.nextDouble() < CHANGED ? answer(ACCURACY) : reference[i]));
    }
  }

  private double answer(double accuracy) {
    return random.nextDouble() < accuracy ? 1 : 0;
  }

  /** Makes {@code point} better by about {@code by}/2, or worse. */
  void shift(int point, double by) {
    double[] values = points.get(point);
    for (int i = 0; i < values.length; i++) {
      if (random.nextDouble() < Math.abs(by)) {
        values[i] = by > 0 ? 1 : 0;
      }
    }
  }

  List<double[]> points() {
    return points;
  }

  DifferenceMatrix differences() {
    return DifferenceMatrix.of(reference, points.size(), points::get);
  }
}
