package io.github.trawl.bench;

import java.io.IOException;

/** Times work of this process. */
final class Timing {
  private Timing() {}

  /** Ours and theirs. */
  record Pair(Samples ours, Samples theirs) {}

  /** Runs both in turns, so that a slow spell of the machine slows both. */
  static Pair inTurns(int warmUps, int repetitions, Work ours, Work theirs) throws IOException {
    return inTurns(warmUps, repetitions, () -> {}, ours, theirs);
  }

  /** As {@link #inTurns(int, int, Work, Work)}; {@code before} runs before each, not timed. */
  static Pair inTurns(int warmUps, int repetitions, Work before, Work ours, Work theirs)
      throws IOException {
    for (int i = 0; i < warmUps; i++) {
      before.run();
      ours.run();
      before.run();
      theirs.run();
    }
    double[] first = new double[repetitions];
    double[] second = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      before.run();
      second[i] = seconds(theirs);
      before.run();
      first[i] = seconds(ours);
    }
    return new Pair(new Samples(first), new Samples(second));
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** What is timed. */
  interface Work {
    void run() throws IOException;
  }
}
