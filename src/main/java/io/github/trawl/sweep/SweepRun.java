package io.github.trawl.sweep;

import io.github.trawl.Progress;
import io.github.trawl.sweep.statistics.RacingDecision;
import io.github.trawl.sweep.statistics.RacingRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a sweep, or goes on with it: whatever the ledger holds is not done again.
 *
 * <p>What comes out is a function of the grid and the numbers in the ledger alone. So a run that was
 * killed and goes on gives what an undisturbed one gives.
 */
final class SweepRun {
  private final SweepDefinition definition;
  private final Measurements measurements;
  private final Solves solves;
  private final Consumer<SweepProgress> observer;
  private final StopRule stop;

  private final Map<String, Failed> failed = new LinkedHashMap<>();
  private final List<RaceRound> rounds = new ArrayList<>();
  private List<Contestant> live;
  private Optional<String> winner = Optional.empty();
  private List<String> tested = List.of();

  /**
   * @param observer is told after each step
   */
  SweepRun(
      SweepDefinition definition,
      Solves solves,
      Measurements measurements,
      StopRule stop,
      Consumer<SweepProgress> observer) {
    this.definition = definition;
    this.solves = solves;
    this.measurements = measurements;
    this.stop = stop;
    this.observer = observer;
    this.live = definition.grid().points().stream().map(Contestant::of).toList();
  }

  /** Runs to the end, or to where a stop rule ends it. */
  SweepProgress run(Progress progress) {
    try {
      solve(progress);
      race(progress);
      test(progress);
      return tell(failed.isEmpty() ? SweepState.COMPLETE : SweepState.FAILED_POINTS);
    } catch (StopRule.StoppedException e) {
      return tell(SweepState.STOPPED);
    }
  }

  private void solve(Progress progress) {
    drop(solves.run(definition.grid().points(), stop, progress));
    tell(SweepState.RUNNING);
  }

  private void race(Progress progress) {
    List<List<ExampleBlock>> planned = definition.blocks().validation();
    RacingRule rule =
        new RacingRule(
            definition.grid().points().size() + 1,
            Math.max(1, planned.size() - 1),
            definition.settings().level());
    List<ExampleBlock> seen = new ArrayList<>();
    for (int round = 0; round < planned.size(); round++) {
      measure(
          "validation, round %d of %d".formatted(round + 1, planned.size()),
          withUnmodified(live),
          planned.get(round),
          progress);
      seen.addAll(planned.get(round));
      List<String> entered = live.stream().map(Contestant::id).toList();
      boolean last = round == planned.size() - 1;
      // After the last round there is nothing left to save.
      List<String> dropped =
          definition.settings().screening() == Screening.RACE && !last
              ? dropouts(rule, round + 1, seen)
              : List.of();
      live = live.stream().filter(each -> !dropped.contains(each.id())).toList();
      int examples = seen.stream().mapToInt(block -> block.examples().length).sum();
      rounds.add(new RaceRound(examples, entered, dropped));
      tell(SweepState.RUNNING);
    }
    winner = ranking(seen).stream().findFirst();
  }

  private List<String> dropouts(RacingRule rule, int look, List<ExampleBlock> seen) {
    List<Contestant> all = withUnmodified(live);
    RacingDecision decision =
        rule.decide(
            look,
            all.stream().map(each -> measurements.board().values(each.id(), seen)).toList());
    List<String> dropped = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (decision.drops(i) && !all.get(i).isUnmodified()) {
        dropped.add(all.get(i).id());
      }
    }
    return dropped;
  }

  private void test(Progress progress) {
    List<ExampleBlock> validation =
        definition.blocks().validation().stream().flatMap(List::stream).toList();
    int count =
        definition.settings().screening() == Screening.NONE
            ? live.size()
            : 1 + definition.settings().runnersUp();
    tested = ranking(validation).stream().limit(count).toList();
    tell(SweepState.RUNNING);
    List<Contestant> contestants =
        live.stream().filter(each -> tested.contains(each.id())).toList();
    if (!contestants.isEmpty() || !live.isEmpty()) {
      measure("test", withUnmodified(contestants), definition.blocks().test(), progress);
    }
    tested = tested.stream().filter(id -> !failed.containsKey(id)).toList();
  }

  /** The live points, the best first; of equal ones the first of the grid. */
  private List<String> ranking(List<ExampleBlock> blocks) {
    Map<String, Double> means = new LinkedHashMap<>();
    live.forEach(each -> means.put(each.id(), measurements.board().mean(each.id(), blocks)));
    return live.stream()
        .map(Contestant::id)
        .filter(id -> !Double.isNaN(means.get(id)))
        .sorted(Comparator.comparingDouble((String id) -> -means.get(id)))
        .toList();
  }

  private void measure(
      String name, List<Contestant> contestants, List<ExampleBlock> blocks, Progress progress) {
    drop(measurements.run(name, contestants, blocks, stop, progress));
  }

  private void drop(Map<String, Failed> fresh) {
    failed.putAll(fresh);
    live = live.stream().filter(each -> !failed.containsKey(each.id())).toList();
  }

  private static List<Contestant> withUnmodified(List<Contestant> points) {
    List<Contestant> all = new ArrayList<>(List.of(Contestant.UNMODIFIED));
    all.addAll(points);
    return all;
  }

  private SweepProgress tell(SweepState state) {
    SweepProgress now =
        new SweepProgress(
            state, failed, rounds, live.stream().map(Contestant::id).toList(), winner, tested);
    observer.accept(now);
    return now;
  }
}
