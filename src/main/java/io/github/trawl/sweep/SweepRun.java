package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.sweep.statistics.RacingDecision;
import io.github.trawl.sweep.statistics.RacingRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs or resumes a sweep: work that the ledger holds is skipped.
 *
 * <p>Which points are asked which examples, and which point is chosen, depends only on the
 * definition, the results in the ledger and the failures. So a run that was killed and resumed
 * finds the same as one that was not.
 */
final class SweepRun {
  private static final String ROUND = "validation, round %d of %d";

  private final SweepDefinition definition;
  private final Measurements measurements;
  private final Solves solves;
  private final Consumer<SweepProgress> observer;
  private final StopRule stop;

  private final Map<String, FailedContestant> failed = new LinkedHashMap<>();
  private final List<RaceRound> rounds = new ArrayList<>();
  private final List<CompositionStep> composition = new ArrayList<>();

  /** Points that neither failed nor dropped out. */
  private List<Contestant> live;

  /** The point that is best on all validation examples, of those that have not failed. */
  private Optional<String> winner = Optional.empty();

  /** Points that see the test examples, the best first. */
  private List<String> tested = List.of();

  /**
   * @param observer is passed the progress after each step except the last; {@link #run} returns
   *     how that ended
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

  /**
   * Runs to the end, or until a stop rule ends the run.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if the unmodified model can't be measured;
   *     of category {@code SYSTEM} if the storage or the cluster fails
   */
  SweepProgress run(Progress progress) {
    try {
      solve(progress);
      race(progress);
      test(progress);
      compose(progress);
      measureControls(progress);
      return progress(failed.isEmpty() ? SweepState.COMPLETE : SweepState.FAILED_POINTS);
    } catch (StopRule.StoppedException e) {
      return progress(SweepState.STOPPED);
    }
  }

  /** Solves the stacks and, while that leaves task slots idle, begins with the first round. */
  private void solve(Progress progress) {
    addFailures(
        new BackgroundSolves(solves)
            .run(
                definition.grid().points(),
                stop,
                progress,
                (ready, askProgress) -> {
                  Set<String> ids =
                      ready.stream().map(each -> each.point().id()).collect(Collectors.toSet());
                  measure(
                      ROUND.formatted(1, definition.blocks().validationRounds().size()),
                      withUnmodified(
                          live.stream().filter(each -> ids.contains(each.id())).toList()),
                      definition.blocks().validationRounds().get(0),
                      askProgress);
                }));
    notifyObserver();
  }

  private void race(Progress progress) {
    List<List<ExampleBlock>> planned = definition.blocks().validationRounds();
    // The points and the unmodified model race; none drops out after the last round.
    RacingRule rule =
        new RacingRule(
            definition.grid().points().size() + 1,
            Math.max(1, planned.size() - 1),
            definition.settings().level());
    List<ExampleBlock> seen = new ArrayList<>();
    for (int round = 0; round < planned.size(); round++) {
      measure(
          ROUND.formatted(round + 1, planned.size()),
          withUnmodified(live),
          planned.get(round),
          progress);
      seen.addAll(planned.get(round));
      List<String> entered = live.stream().map(Contestant::id).toList();
      boolean last = round == planned.size() - 1;
      // Dropping points after the last round would save no work.
      List<String> dropped =
          definition.settings().screening() == Screening.RACE && !last
              ? dropouts(rule, round + 1, seen)
              : List.of();
      live = live.stream().filter(each -> !dropped.contains(each.id())).toList();
      int examples = seen.stream().mapToInt(block -> block.examples().length).sum();
      rounds.add(new RaceRound(examples, entered, dropped));
      notifyObserver();
    }
  }

  /**
   * Returns the points that drop out. The unmodified model may be the best, but never drops out.
   *
   * @param look number of the round, from 1
   */
  private List<String> dropouts(RacingRule rule, int look, List<ExampleBlock> seen) {
    List<Contestant> all = withUnmodified(live);
    RacingDecision decision =
        rule.decide(
            look, all.stream().map(each -> measurements.board().values(each.id(), seen)).toList());
    List<String> dropped = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (decision.drops(i) && !all.get(i).isUnmodified()) {
        dropped.add(all.get(i).id());
      }
    }
    return dropped;
  }

  /**
   * Measures the unmodified model, the winner and the runners-up on the test examples; without
   * screening, all points. If a point fails, the ranking is repeated without it.
   */
  private void test(Progress progress) {
    List<ExampleBlock> validation = definition.validationBlocks();
    int failures;
    do {
      failures = failed.size();
      int count =
          definition.settings().screening() == Screening.NONE
              ? live.size()
              : 1 + definition.settings().runnersUp();
      tested = ranking(validation).stream().limit(count).toList();
      winner = tested.stream().findFirst();
      notifyObserver();
      measure(
          "test",
          withUnmodified(live.stream().filter(each -> tested.contains(each.id())).toList()),
          definition.blocks().testBlocks(),
          progress);
    } while (failed.size() > failures);
  }

  /**
   * Adds to the winner, step by step, the point that improves it most, as long as there is one, and
   * measures the outcome on the test examples.
   */
  private void compose(Progress progress) {
    if (definition.settings().composition() == Composition.NONE || winner.isEmpty()) {
      return;
    }
    GreedyComposition greedy =
        new GreedyComposition(
            definition,
            measurements.board(),
            (name, contestants, blocks) -> {
              measure(name, contestants, blocks, progress);
              return failed.keySet();
            });
    List<String> composed = List.of(winner.get());
    boolean improved = true;
    while (improved) {
      Optional<CompositionStep> step =
          greedy.step(definition.composedContestant(composed), unfailed(), composition.size() + 1);
      step.ifPresent(composition::add);
      notifyObserver();
      improved = step.filter(CompositionStep::accepted).isPresent();
      composed = improved ? step.get().points() : composed;
    }
    if (composed.size() > 1) {
      measure(
          "test, composition",
          List.of(definition.composedContestant(composed)),
          definition.blocks().testBlocks(),
          progress);
    }
  }

  private List<PlannedPoint> unfailed() {
    return definition.grid().points().stream()
        .filter(planned -> !failed.containsKey(planned.point().id()))
        .toList();
  }

  /**
   * Measures the controls of the points, and of the composition, that were to see the test
   * examples.
   */
  private void measureControls(Progress progress) {
    List<Contestant> controls =
        Stream.concat(
                definition.grid().points().stream()
                    .filter(planned -> tested.contains(planned.point().id()))
                    .map(Contestant::of),
                Stream.of(CompositionStep.composed(composition))
                    .filter(points -> !points.isEmpty())
                    .map(definition::composedContestant))
            .flatMap(definition::controls)
            .toList();
    List<ExampleBlock> all = new ArrayList<>(definition.validationBlocks());
    all.addAll(definition.blocks().testBlocks());
    measure("controls", controls, all, progress);
  }

  /**
   * Returns the live points, the best first, without those that have a value which is not finite.
   * Points with equal means are in the order of the grid.
   */
  private List<String> ranking(List<ExampleBlock> blocks) {
    Map<String, Double> means = new LinkedHashMap<>();
    live.forEach(each -> means.put(each.id(), measurements.board().mean(each.id(), blocks)));
    return live.stream()
        .map(Contestant::id)
        .filter(id -> Double.isFinite(means.get(id)))
        .sorted(Comparator.comparingDouble((String id) -> -means.get(id)))
        .toList();
  }

  private void measure(
      String name, List<Contestant> contestants, List<ExampleBlock> blocks, Progress progress) {
    addFailures(measurements.run(name, contestants, blocks, stop, progress));
  }

  /** Counts contestants as failed; if the unmodified model is among them, the run ends. */
  private void addFailures(Map<String, FailedContestant> fresh) {
    FailedContestant unmodified = fresh.get(Contestant.UNMODIFIED_ID);
    if (unmodified != null) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "the unmodified model can't be measured, and nothing can be compared with it: "
              + unmodified.reason());
    }
    failed.putAll(fresh);
    live = live.stream().filter(each -> !failed.containsKey(each.id())).toList();
  }

  private static List<Contestant> withUnmodified(List<Contestant> points) {
    List<Contestant> all = new ArrayList<>(List.of(Contestant.UNMODIFIED));
    all.addAll(points);
    return all;
  }

  private void notifyObserver() {
    observer.accept(progress(SweepState.RUNNING));
  }

  private SweepProgress progress(SweepState state) {
    return new SweepProgress(
        state,
        failed,
        rounds,
        live.stream().map(Contestant::id).toList(),
        winner,
        tested,
        composition);
  }
}
