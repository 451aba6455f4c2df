package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Values by the formulas of src/test/python/make_statistics_golden.py. */
final class Formula {
  private static final long MASK = 0xffffffffL;

  private Formula() {}

  static double uniform(int stream, int position) {
    long word = stream * 0x9E3779B1L + position * 0x85EBCA77L + 0x165667B1L & MASK;
    word ^= word >>> 15;
    word = word * 0x2C1B3C6DL & MASK;
    word ^= word >>> 13;
    word = word * 0x297A2D39L & MASK;
    return (word ^ word >>> 16) * 0x1p-32;
  }

  static double[] values(String kind, int point, int examples) {
    return switch (kind) {
      case "binary" -> fill(examples, i -> binary(point, i));
      case "real" -> fill(examples, i -> real(point, i));
      case "rounded" -> fill(examples, i -> Math.rint(10 * real(point, i)));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static double binary(int point, int i) {
    return 0.8 * uniform(0, i) + 0.2 * uniform(point + 1, i) < 0.5 + 0.05 * point ? 1 : 0;
  }

  private static double real(int point, int i) {
    return uniform(0, i) + (0.3 + 0.05 * point) * (uniform(point + 1, i) - 0.5 + 0.04 * point);
  }

  static double[] fill(int examples, IntToDoubleFunction value) {
    double[] values = new double[examples];
    Arrays.setAll(values, value);
    return values;
  }

  static Resampling resampling(int count) {
    return new Resampling() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public void fill(int resample, float[] weights) {
        Arrays.fill(weights, 0);
        for (int i = 0; i < weights.length; i++) {
          weights[(int) (uniform(1000 + resample, i) * weights.length)]++;
        }
      }
    };
  }
}
