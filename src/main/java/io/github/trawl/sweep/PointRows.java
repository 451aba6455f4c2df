package io.github.trawl.sweep;

import io.github.trawl.plan.StackSelection;
import io.github.trawl.sweep.tables.PointRow;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Builds the rows of the table of points. */
final class PointRows {
  private PointRows() {}

  static Stream<PointRow> of(SweepDefinition definition, Findings findings) {
    Map<String, Integer> dropped = new HashMap<>();
    List<RaceRound> rounds = findings.progress().rounds();
    for (int i = 0; i < rounds.size(); i++) {
      for (String id : rounds.get(i).dropped()) {
        dropped.put(id, i + 1);
      }
    }
    return definition.grid().points().stream().map(point -> row(point, dropped, findings));
  }

  private static PointRow row(
      PlannedPoint planned, Map<String, Integer> dropped, Findings findings) {
    Point point = planned.point();
    StackSelection selection = point.selection();
    IterationSettings settings = point.settings();
    FailedContestant failed = findings.progress().failed().get(point.id());
    return new PointRow(
        point.id(),
        selection.strategy().key(),
        selection.matrices(),
        selection.layers(),
        planned.layers(),
        point.method().key(),
        point.size() instanceof DecompositionSize.Rank rank ? (Integer) rank.value() : null,
        point.size() instanceof DecompositionSize.Ratio ratio ? (Double) ratio.value() : null,
        planned.rankOfStack(),
        point.seed(),
        settings.maxIterations(),
        settings.tolerance(),
        settings.start().name().toLowerCase(Locale.ROOT),
        settings.acceleration().name().toLowerCase(Locale.ROOT),
        findings.analysis().state(point.id()).label(),
        dropped.get(point.id()),
        findings.relativeErrors().get(point.id()),
        failed == null ? null : failed.step(),
        failed == null ? null : failed.reason());
  }
}
