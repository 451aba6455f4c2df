package io.github.trawl.sweep;

import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Sweeps whose solves and answers take no time: what is left is the ledger and what decides. */
public final class NoWork {
  private static final int RANKS = 8;
  private static final int EXAMPLES = 40;

  private NoWork() {}

  /** Runs a sweep of so many points in a new folder, all of them on all examples. */
  public static void sweep(Path folder, int points) throws IOException {
    List<Point> all = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      all.add(
          new Point(
              new StackSelection(Strategy.LAYER, "fc", "1"),
              DecompositionMethods.CP,
              new DecompositionSize.Rank(1 + i % RANKS),
              i / RANKS,
              IterationSettings.defaults(DecompositionMethods.CP)));
    }
    SweepSettings settings =
        new SweepSettings(
            Screening.NONE,
            0.05,
            EXAMPLES,
            2,
            0,
            Optional.empty(),
            0,
            0,
            Composition.NONE,
            1,
            OptionalInt.empty(),
            Optional.empty());
    new FakeSweep(folder, all, settings, EXAMPLES).run(new FakeWork());
  }
}
