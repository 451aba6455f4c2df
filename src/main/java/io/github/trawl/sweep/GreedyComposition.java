package io.github.trawl.sweep;

import io.github.trawl.sweep.statistics.PairedTest;
import io.github.trawl.sweep.statistics.RacingDecision;
import io.github.trawl.sweep.statistics.RacingRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the best point to add to the points that were composed so far. The candidates race as
 * single points do. The model without an addition races, too, but never drops out.
 */
final class GreedyComposition {
  private final SweepDefinition definition;
  private final Scoreboard board;
  private final ExampleAsker asker;

  /** Asks contestants the examples that they have not answered yet. */
  interface ExampleAsker {
    /**
     * Asks the contestants all of these blocks.
     *
     * @param name of this step, for the progress bar
     * @return the names of all contestants that have failed so far, in this call or before it
     */
    Set<String> ask(String name, List<Contestant> contestants, List<ExampleBlock> blocks);
  }

  GreedyComposition(SweepDefinition definition, Scoreboard board, ExampleAsker asker) {
    this.definition = definition;
    this.board = board;
    this.asker = asker;
  }

  /**
   * Returns the best model that applies one more point, of other matrices, to {@code current}.
   *
   * @param current the model of the points so far, which has answered all validation examples
   * @param points candidates; those that change a matrix that {@code current} changes are ignored
   * @param number of the step, from 1
   * @return empty if there is no point to add, or all have failed, dropped out of the race, or have
   *     no finite mean
   */
  Optional<CompositionStep> step(Contestant current, List<PlannedPoint> points, int number) {
    List<Contestant> remaining =
        points.stream()
            .filter(point -> current.parts().stream().noneMatch(point::overlaps))
            .map(point -> with(current, point))
            .toList();
    if (remaining.isEmpty()) {
      return Optional.empty();
    }
    List<List<ExampleBlock>> rounds = definition.blocks().validationRounds();
    // The candidates and the current model race; nothing drops out after the last round.
    RacingRule rule =
        new RacingRule(
            remaining.size() + 1, Math.max(1, rounds.size() - 1), definition.settings().level());
    List<ExampleBlock> seen = new ArrayList<>();
    for (int round = 0; round < rounds.size(); round++) {
      Set<String> failed =
          asker.ask(
              "composition, step %d, round %d of %d".formatted(number, round + 1, rounds.size()),
              remaining,
              rounds.get(round));
      remaining = remaining.stream().filter(each -> !failed.contains(each.id())).toList();
      seen.addAll(rounds.get(round));
      boolean last = round == rounds.size() - 1;
      if (definition.settings().screening() == Screening.RACE && !last) {
        remaining = survivors(rule, round + 1, current, remaining, seen);
      }
    }
    return remaining.stream()
        .filter(each -> Double.isFinite(board.mean(each.id(), seen)))
        // Of candidates with the same mean, the first in the order of the grid.
        .max(
            Comparator.comparingDouble((Contestant each) -> board.mean(each.id(), seen))
                .thenComparing(remaining::indexOf, Comparator.reverseOrder()))
        .map(best -> step(current, best, seen));
  }

  private List<Contestant> survivors(
      RacingRule rule,
      int look,
      Contestant current,
      List<Contestant> remaining,
      List<ExampleBlock> seen) {
    if (remaining.isEmpty()) {
      return remaining;
    }
    List<double[]> values = new ArrayList<>();
    remaining.forEach(each -> values.add(board.values(each.id(), seen)));
    values.add(board.values(current.id(), seen));
    RacingDecision decision = rule.decide(look, values);
    List<Contestant> survivors = new ArrayList<>();
    for (int i = 0; i < remaining.size(); i++) {
      if (!decision.drops(i)) {
        survivors.add(remaining.get(i));
      }
    }
    return survivors;
  }

  private CompositionStep step(Contestant current, Contestant best, List<ExampleBlock> seen) {
    PairedTest test =
        PairedTest.of(board.values(best.id(), seen), board.values(current.id(), seen));
    boolean better =
        board.mean(best.id(), seen) > board.mean(current.id(), seen)
            && test.betterP() < definition.settings().level();
    return new CompositionStep(best.pointIds(), test, better);
  }

  private static Contestant with(Contestant current, PlannedPoint point) {
    List<PlannedPoint> parts = new ArrayList<>(current.parts());
    parts.add(point);
    return new Contestant(parts, 0);
  }
}
