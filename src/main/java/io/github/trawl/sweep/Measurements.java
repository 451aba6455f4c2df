package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Progress;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.sweep.ledger.Failure;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.Unit;
import io.github.trawl.sweep.ledger.UnitKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;

/** The answers of a sweep: loads those that the ledger holds, and asks for the others. */
final class Measurements {
  private final SweepDefinition definition;
  private final Ledger ledger;
  private final SweepKeys keys;
  private final SweepWork work;
  private final Solves solves;
  private final Scoreboard board = new Scoreboard();
  private final NavigableSet<String> measures = new ConcurrentSkipListSet<>();

  Measurements(
      SweepDefinition definition, Ledger ledger, SweepKeys keys, SweepWork work, Solves solves) {
    this.definition = definition;
    this.ledger = ledger;
    this.keys = keys;
    this.work = work;
    this.solves = solves;
  }

  /**
   * Puts the ledger's answers of the unmodified model, the points and their controls on the board,
   * in one pass over the ledger.
   */
  void load() {
    Map<UnitKey, ContestantBlock> blocksByKey = new HashMap<>();
    List<ExampleBlock> blocks = new ArrayList<>(definition.blocks().testBlocks());
    definition.blocks().validationRounds().forEach(blocks::addAll);
    definition
        .contestants(List.of())
        .forEach(
            contestant ->
                blocks.forEach(
                    block ->
                        blocksByKey.put(
                            keys.scores(contestant, block),
                            new ContestantBlock(contestant, block))));
    ledger.forEach(
        SweepKeys.SCORES,
        unit -> {
          ContestantBlock contestantBlock = blocksByKey.get(unit.key());
          if (contestantBlock != null) {
            put(contestantBlock.contestant(), contestantBlock.block(), unit.content());
          }
        });
  }

  private record ContestantBlock(Contestant contestant, ExampleBlock block) {}

  /** Returns the names of all measures of the answers on the board. */
  NavigableSet<String> measures() {
    return measures;
  }

  /** Returns the values by which contestants are compared. */
  Scoreboard board() {
    return board;
  }

  /**
   * Asks contestants the examples that they have not answered yet.
   *
   * @param name of this step, for the progress bar
   * @return the contestants that failed, by name
   * @throws StopRule.StoppedException if the run is to end
   */
  Map<String, FailedContestant> run(
      String name,
      List<Contestant> contestants,
      List<ExampleBlock> blocks,
      StopRule stop,
      Progress progress) {
    Map<String, FailedContestant> failed = new LinkedHashMap<>();
    Map<ExampleBlock, List<Contestant>> missing = new LinkedHashMap<>();
    int steps = 0;
    for (ExampleBlock block : blocks) {
      List<Contestant> wanted = missing(contestants, block, failed);
      missing.put(block, wanted);
      steps += wanted.size();
    }
    if (steps > 0) {
      try (Progress.Bar bar = progress.start(name, steps)) {
        missing.forEach((block, wanted) -> ask(block, wanted, failed, stop, bar));
      }
    }
    return failed;
  }

  /**
   * Returns the contestants that are to be asked a block. Those that have failed too often at it
   * are put into {@code failed} instead.
   */
  private List<Contestant> missing(
      List<Contestant> contestants, ExampleBlock block, Map<String, FailedContestant> failed) {
    List<Contestant> missing = new ArrayList<>();
    for (Contestant contestant : contestants) {
      if (board.has(contestant.id(), block)) {
        continue;
      }
      UnitKey key = keys.scores(contestant, block);
      if (contestant.isComposed()) {
        // load() leaves compositions out, since which of them are tried is not known beforehand.
        Optional<Unit> known = ledger.find(key);
        if (known.isPresent()) {
          put(contestant, block, known.get().content());
          continue;
        }
      }
      List<Failure> failures = ledger.failures(key);
      if (failures.size() >= definition.settings().maxAttempts()) {
        failed.put(contestant.id(), FailedContestant.of(contestant.id(), failures));
      } else {
        missing.add(contestant);
      }
    }
    return missing.stream().sorted(Contestant.BY_FIRST_LAYER).toList();
  }

  /** Asks the contestants a block, except those that have failed at an earlier block. */
  private void ask(
      ExampleBlock block,
      List<Contestant> wanted,
      Map<String, FailedContestant> failed,
      StopRule stop,
      Progress.Bar bar) {
    for (List<Contestant> group : ContestantGroups.of(wanted, definition.grid().layers())) {
      stop.check();
      List<Contestant> chunk =
          group.stream().filter(contestant -> !failed.containsKey(contestant.id())).toList();
      for (Contestant contestant : group) {
        if (!chunk.contains(contestant)) {
          bar.step(contestant.id() + " failed before");
        }
      }
      if (!chunk.isEmpty()) {
        work.ask(
            block,
            chunk,
            chunk.stream().map(solves::factors).toList(),
            sink(block, chunk.size(), failed, stop, bar));
      }
    }
  }

  private SweepWork.ScoreSink sink(
      ExampleBlock block,
      int models,
      Map<String, FailedContestant> failed,
      StopRule stop,
      Progress.Bar bar) {
    return new SweepWork.ScoreSink() {
      @Override
      public void scored(Contestant contestant, List<ExampleResult> results) {
        ObjectNode content =
            ScoresContent.of(contestant, definition.tasks().get(block.task()), block, results);
        ledger.add(new Unit(keys.scores(contestant, block), SweepKeys.SCORES, content));
        put(contestant, block, content);
        bar.step(contestant.id());
      }

      @Override
      public void failed(Contestant contestant, String reason) {
        UnitKey key = keys.scores(contestant, block);
        ledger.recordFailure(
            key,
            SweepKeys.SCORES,
            contestant.id() + " on " + definition.tasks().get(block.task()),
            reason);
        stop.addFailure();
        failed.put(contestant.id(), FailedContestant.of(contestant.id(), ledger.failures(key)));
        bar.step(contestant.id() + " failed");
      }

      @Override
      public void advanced(String note) {
        bar.note("%d models: %s".formatted(models, note));
      }
    };
  }

  private void put(Contestant contestant, ExampleBlock block, ObjectNode content) {
    content.get("measures").fieldNames().forEachRemaining(measures::add);
    board.put(
        contestant.id(),
        block,
        ScoresContent.goodness(content, definition.metrics().get(block.task())));
  }
}
