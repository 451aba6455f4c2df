package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Progress;
import io.github.trawl.sweep.ledger.Failure;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.Unit;
import io.github.trawl.sweep.ledger.UnitKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The decompositions of a sweep: finds those that the ledger holds, and has the others solved.
 * While one thread solves, others may ask which decompositions are there.
 */
final class Solves {
  private final Ledger ledger;
  private final SweepKeys keys;
  private final SweepWork work;
  private final int attempts;
  private final Map<SolveBatch, String> files = new ConcurrentHashMap<>();
  private final Map<SolveBatch, List<Failure>> failed = new ConcurrentHashMap<>();
  private final Set<SolveBatch> pending = ConcurrentHashMap.newKeySet();

  /**
   * @param attempts how often a batch may fail, over all runs, until it is given up
   */
  Solves(Ledger ledger, SweepKeys keys, SweepWork work, int attempts) {
    this.ledger = ledger;
    this.keys = keys;
    this.work = work;
    this.attempts = attempts;
  }

  /**
   * Solves the batches of points that are not solved yet.
   *
   * @param settled called in this thread each time a batch has been solved or has failed
   * @return the points that can't be measured because one of their solves failed, by name
   * @throws StopRule.StoppedException if the run is to end
   */
  Map<String, FailedContestant> run(
      List<PlannedPoint> points, StopRule stop, Progress progress, Runnable settled) {
    Set<SolveBatch> all = new LinkedHashSet<>();
    points.forEach(point -> all.addAll(point.batches()));
    List<SolveBatch> missing = new ArrayList<>();
    for (SolveBatch batch : all) {
      UnitKey key = keys.solve(batch);
      ledger
          .find(key)
          // A factor file that was removed or truncated since the solve is made again.
          .filter(unit -> work.hasFactorFile(unit.content()))
          .ifPresentOrElse(
              unit -> files.put(batch, SolveContent.file(unit.content())),
              () -> {
                List<Failure> failures = ledger.failures(key);
                if (failures.size() < attempts) {
                  missing.add(batch);
                } else {
                  failed.put(batch, failures);
                }
              });
    }
    if (!missing.isEmpty()) {
      stop.check();
      pending.addAll(missing);
      try (Progress.Bar bar = progress.start("solves", missing.size())) {
        List<String> names = missing.stream().map(batch -> keys.solve(batch).hex()).toList();
        work.solve(missing, names, sink(stop, bar, settled));
      }
      stop.check();
    }
    Map<String, FailedContestant> unsolved = new LinkedHashMap<>();
    for (PlannedPoint point : points) {
      for (SolveBatch batch : point.batches()) {
        List<Failure> failures = failed.get(batch);
        if (failures != null) {
          String id = point.point().id();
          unsolved.put(id, FailedContestant.of(id, failures));
        }
      }
    }
    return unsolved;
  }

  /** Returns whether all decompositions of a point are there. */
  boolean isReady(PlannedPoint point) {
    return files.keySet().containsAll(point.batches());
  }

  /**
   * Returns whether the batches that are left leave task slots idle: there are fewer of them than
   * slots, and none is spread over all executors.
   */
  boolean leaveIdleSlots() {
    return pending.size() < work.slots()
        && pending.stream().noneMatch(batch -> batch.solve().spread());
  }

  /**
   * Returns where a contestant's factors are: for each decomposition the path of its file, relative
   * to the output of the sweep, {@code #}, and its name.
   */
  List<String> factors(Contestant contestant) {
    return contestant.parts().stream()
        .flatMap(
            planned ->
                planned.batches().stream()
                    .map(batch -> files.get(batch) + "#" + planned.point().memberName()))
        .toList();
  }

  private SweepWork.SolveSink sink(StopRule stop, Progress.Bar bar, Runnable settled) {
    return new SweepWork.SolveSink() {
      @Override
      public void solved(SolveBatch batch, ObjectNode content) {
        ledger.add(new Unit(keys.solve(batch), SweepKeys.SOLVE, content));
        files.put(batch, SolveContent.file(content));
        pending.remove(batch);
        bar.step(batch.solve().stack().name());
        settled.run();
        // The exception ends the solves that are under way, too; the next run does them again.
        stop.check();
      }

      @Override
      public void failed(SolveBatch batch, String reason) {
        UnitKey key = keys.solve(batch);
        String stack = batch.solve().stack().name();
        String about = batch.key().method().key() + " of stack " + stack;
        ledger.recordFailure(key, SweepKeys.SOLVE, about, reason);
        stop.addFailure();
        List<Failure> failures = ledger.failures(key);
        Solves.this.failed.put(
            batch,
            // Of a batch that was solved before and whose file is gone the ledger keeps none.
            failures.isEmpty()
                ? List.of(new Failure(key, SweepKeys.SOLVE, 1, about, reason, Instant.now()))
                : failures);
        pending.remove(batch);
        bar.step(stack + " failed");
        settled.run();
        stop.check();
      }
    };
  }
}
