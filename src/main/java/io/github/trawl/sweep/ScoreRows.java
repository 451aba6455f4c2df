package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.sweep.tables.ScoreRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Builds the rows of the table of scores. A sweep of several tasks has rows of each task besides
 * those of all tasks together.
 */
final class ScoreRows {
  private final SweepDefinition definition;
  private final Findings findings;
  private final SweepAnalysis analysis;
  private final Map<String, Double> familyWiseP;

  ScoreRows(SweepDefinition definition, Findings findings) {
    this.definition = definition;
    this.findings = findings;
    this.analysis = findings.analysis();
    this.familyWiseP = analysis.choice().map(SweepAnalysis.Choice::familyWiseP).orElse(Map.of());
  }

  /**
   * The examples of one task, or of all tasks together.
   *
   * @param task number of the task; empty for all tasks
   * @param metric by which they are scored
   */
  private record Scope(Optional<Integer> task, Metric metric) {
    /** Returns those of the blocks that belong to the task. */
    List<ExampleBlock> of(List<ExampleBlock> blocks) {
      return task.isEmpty()
          ? blocks
          : blocks.stream().filter(block -> block.task() == task.get()).toList();
    }
  }

  Stream<ScoreRow> all() {
    return definition
        .contestants(findings.progress().composition())
        .map(Contestant::id)
        .flatMap(id -> of(id).stream());
  }

  private List<ScoreRow> of(String id) {
    List<ScoreRow> rows = new ArrayList<>();
    for (Scope scope : scopes()) {
      addRounds(id, scope, rows);
      add(id, scope, Split.TEST, null, scope.of(definition.blocks().testBlocks()), true, rows);
    }
    addOthers(id, rows);
    return rows;
  }

  /** Returns all tasks together and, if there are several, each by itself. */
  private List<Scope> scopes() {
    List<Scope> scopes = new ArrayList<>();
    scopes.add(new Scope(Optional.empty(), definition.metrics().get(0)));
    if (definition.tasks().size() > 1) {
      IntStream.range(0, definition.tasks().size())
          .mapToObj(task -> new Scope(Optional.of(task), definition.metrics().get(task)))
          .forEach(scopes::add);
    }
    return scopes;
  }

  /** Adds a row for each round that the contestant has seen: its value over all rounds so far. */
  private void addRounds(String id, Scope scope, List<ScoreRow> rows) {
    List<ExampleBlock> seen = analysis.seenBlocks(id);
    Map<Integer, List<ExampleBlock>> rounds = new LinkedHashMap<>();
    List<ExampleBlock> until = new ArrayList<>();
    for (List<ExampleBlock> round : definition.blocks().validationRounds()) {
      if (until.size() == seen.size()) {
        break;
      }
      until.addAll(round);
      rounds.put(rounds.size() + 1, List.copyOf(until));
    }
    rounds.forEach(
        (round, blocks) ->
            add(
                id,
                scope,
                Split.VALIDATION,
                round,
                scope.of(blocks),
                round == rounds.size(),
                rows));
  }

  /**
   * Adds the row of a contestant's value over blocks, if it has one.
   *
   * @param round the last of the validation rounds in {@code blocks}, from 1; null for test blocks
   * @param compare whether to compare it with the unmodified model. The bootstrap for that is
   *     expensive, so validation is compared only over all rounds that the contestant has seen
   */
  private void add(
      String id,
      Scope scope,
      Split split,
      Integer round,
      List<ExampleBlock> blocks,
      boolean compare,
      List<ScoreRow> rows) {
    Optional<SweepAnalysis.Value> value = analysis.value(id, blocks);
    if (value.isEmpty()) {
      return;
    }
    SweepAnalysis.Value shown = analysis.withReportedSign(value.get());
    boolean isUnmodified = id.equals(Contestant.UNMODIFIED_ID);
    boolean isInFamily =
        split == Split.VALIDATION
            && scope.task().isEmpty()
            && round == definition.blocks().validationRounds().size();
    rows.add(
        new ScoreRow(
            id,
            task(scope),
            split.label(),
            scope.metric().label(),
            round,
            shown.value(),
            shown.examples(),
            shown.low(),
            shown.high(),
            compare && !isUnmodified
                ? analysis.comparison(id, blocks).map(this::comparison).orElse(null)
                : null,
            isInFamily ? familyWiseP.get(id) : null));
  }

  private String task(Scope scope) {
    if (definition.tasks().size() == 1) {
      return definition.tasks().get(0);
    }
    return scope.task().map(definition.tasks()::get).orElse(null);
  }

  private ScoreRow.Comparison comparison(SweepAnalysis.PairedComparison compared) {
    SweepAnalysis.Value difference = analysis.withReportedSign(compared.difference());
    return new ScoreRow.Comparison(
        difference.value(),
        difference.low(),
        difference.high(),
        compared.test().better(),
        compared.test().worse(),
        compared.test().twoSidedP());
  }

  /**
   * Adds the metrics of the first task that have no row yet, if the contestant was asked all
   * examples: the other metrics, and the one by which points are compared over both splits.
   */
  private void addOthers(String id, List<ScoreRow> rows) {
    for (MetricValue other : findings.metrics().getOrDefault(id, List.of())) {
      boolean isAdded = other.metric() == definition.metrics().get(0) && other.split() != Split.ALL;
      if (!isAdded && Double.isFinite(other.value())) {
        rows.add(
            new ScoreRow(
                id,
                definition.tasks().get(0),
                other.split().label(),
                other.metric().label(),
                null,
                other.value(),
                other.examples(),
                known(other.low()),
                known(other.high()),
                null,
                null));
      }
    }
  }

  private static Double known(double number) {
    return Double.isNaN(number) ? null : (Double) number;
  }
}
