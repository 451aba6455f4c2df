package io.github.trawl.sweep.statistics;

import java.util.Arrays;

/** A set of resamples of the examples, each given by how often it contains every example. */
interface Resampling {
  /** Returns the number of resamples. */
  int count();

  /**
   * Sets {@code weights}, one for each example, to how often resample {@code resample} contains the
   * example. The weights sum to the number of examples. Called from several threads.
   */
  void fill(int resample, float[] weights);

  /**
   * Returns Efron's bootstrap: each resample draws as many examples as there are, independently and
   * with replacement. Resample b is a function of {@code seed} and b alone.
   *
   * @throws IllegalArgumentException if there are fewer than 100 resamples
   */
  static Resampling bootstrap(int count, long seed) {
    if (count < 100) {
      throw new IllegalArgumentException("at least 100 resamples are needed, not " + count);
    }
    return new Resampling() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public void fill(int resample, float[] weights) {
        Arrays.fill(weights, 0);
        CounterBasedRandom random = new CounterBasedRandom(seed, resample);
        for (int draw = 0; draw < weights.length; draw++) {
          weights[random.intBelow(weights.length, draw)]++;
        }
      }
    };
  }
}
