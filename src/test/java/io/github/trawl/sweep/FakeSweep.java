package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.trawl.Progress;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.sweep.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** A sweep over the shapes of a small model whose work is {@link FakeWork}. */
record FakeSweep(Path folder, List<Point> points, SweepSettings settings, int examples) {
  static final SweepSettings RACE =
      new SweepSettings(
          Screening.RACE,
          0.05,
          64,
          2,
          0,
          Optional.empty(),
          1,
          0,
          Composition.NONE,
          2,
          OptionalInt.empty(),
          Optional.empty());

  static SweepSettings screening(Screening screening) {
    return new SweepSettings(
        screening,
        0.05,
        64,
        2,
        0,
        Optional.empty(),
        1,
        0,
        Composition.NONE,
        2,
        OptionalInt.empty(),
        Optional.empty());
  }

  /** The first half of the examples is for validation. */
  SweepDefinition definition() throws IOException {
    Path model = folder.resolve("model");
    if (!Files.exists(model)) {
      SmallModels.write("bert", model);
    }
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(model.toUri()), new Configuration());
    PlannedGrid grid =
        PlannedGrid.of(
            points,
            Architecture.forModel(checkpoint),
            checkpoint,
            new SolveLimits(1L << 28, 1L << 30, 1 << 20));
    List<Split> splits =
        IntStream.range(0, examples)
            .mapToObj(i -> i < examples / 2 ? Split.VALIDATION : Split.TEST)
            .toList();
    return new SweepDefinition(
        grid,
        BlockPlan.of(List.of(splits), settings),
        List.of("words"),
        List.of(Metric.ACCURACY),
        List.of(Metric.ACCURACY),
        settings);
  }

  /** Runs, or goes on with, the sweep in the folder. */
  Ended run(FakeWork work) throws IOException {
    return run(work, false);
  }

  /** The same, and writes what it has found, as {@link SweepJob} does. */
  Ended runAndWrite(FakeWork work) throws IOException {
    return run(work, true);
  }

  private Ended run(FakeWork work, boolean write) throws IOException {
    SweepDefinition definition = definition();
    try (Ledger ledger = open()) {
      SweepKeys keys = new SweepKeys("model", 1, List.of("task"), List.of());
      Solves solves = new Solves(ledger, keys, work, settings.maxAttempts());
      Measurements measurements = new Measurements(definition, ledger, keys, work, solves);
      measurements.load();
      StopRule stop = new StopRule(settings);
      SweepProgress end =
          new SweepRun(definition, solves, measurements, stop, progress -> {}).run(Progress.NONE);
      if (write) {
        ledger.compact();
        results(definition, ledger, keys, measurements)
            .summary(end, Optional.empty(), stop.failures());
      }
      return new Ended(definition, end, measurements.board(), stop.failures());
    }
  }

  private SweepResults results(
      SweepDefinition definition, Ledger ledger, SweepKeys keys, Measurements measurements) {
    return new SweepResults(
        output(),
        new SweepDescription("fake", "model", "digest", Map.of(), "grid: …", Map.of()),
        definition,
        ledger,
        keys,
        measurements.board(),
        new SweepTables(
            definition,
            ledger,
            keys,
            measurements::measures,
            output(),
            new Configuration(),
            System::nanoTime),
        new Configuration());
  }

  org.apache.hadoop.fs.Path output() {
    return new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
  }

  Ledger open() {
    return Ledger.open(
        output(),
        JsonNodeFactory.instance.objectNode().put("model", "fake"),
        Duration.ofSeconds(60),
        new Configuration());
  }

  record Ended(
      SweepDefinition definition, SweepProgress progress, Scoreboard board, int failures) {}
}
