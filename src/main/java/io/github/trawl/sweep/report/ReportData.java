package io.github.trawl.sweep.report;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a report shows of a sweep, finished or not.
 *
 * <p>The page escapes all texts in it, since names may come from untrusted sources.
 *
 * @param sweep what was swept
 * @param unmodified results of the unmodified model; absent until it was measured
 * @param selection absent until the best of the complete points is chosen
 * @param points all points with a value, controls and composed edits included, in any order
 * @param failed points that could not be measured
 * @param spectra of decompositions, in any order
 * @param race the rounds in their order; empty if there was no race
 * @param costs in the order in which they are shown
 * @param configuration of the user, as YAML
 * @param versions of the software that took part, and digests, by name in the order in which they
 *     are shown
 */
public record ReportData(
    SweepOverview sweep,
    Optional<UnmodifiedResults> unmodified,
    Optional<Selection> selection,
    List<Point> points,
    List<FailedPoint> failed,
    List<Spectrum> spectra,
    List<RaceRoundCounts> race,
    List<CostStep> costs,
    String configuration,
    Map<String, String> versions) {
  /**
   * Copies the lists and the map.
   *
   * @throws IllegalArgumentException if two points have the same id, the selection names an unknown
   *     point, a point's number of examples contradicts its state, or there are more points than
   *     planned
   */
  public ReportData {
    points = List.copyOf(points);
    failed = List.copyOf(failed);
    spectra = List.copyOf(spectra);
    race = List.copyOf(race);
    costs = List.copyOf(costs);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    Set<String> ids = new HashSet<>();
    for (Point point : points) {
      Require.that(ids.add(point.id()), "two points are called ", point.id());
      Require.that(
          point.complete() == (point.validation().score().examples() == sweep.validationExamples()),
          point.id(),
          " is ",
          point.state().label(),
          " after ",
          point.validation().score().examples(),
          " of ",
          sweep.validationExamples(),
          " validation examples");
    }
    Set<String> measured = Set.copyOf(ids);
    selection.ifPresent(
        choice -> {
          Set<String> named = new HashSet<>(choice.indistinguishable());
          named.add(choice.best());
          choice.suggested().ifPresent(named::add);
          named.removeAll(measured);
          Require.that(named.isEmpty(), "the selection names points without a value: ", named);
        });
    for (FailedPoint point : failed) {
      Require.that(ids.add(point.id()), "two points are called ", point.id());
    }
    Require.that(
        ids.size() <= sweep.plannedPoints(),
        ids.size(),
        " points of ",
        sweep.plannedPoints(),
        " planned");
  }

  /** Returns how many points have neither a value nor a failure. */
  int missingCount() {
    return sweep.plannedPoints() - points.size() - failed.size();
  }

  long count(PointState state) {
    return points.stream().filter(point -> point.state() == state).count();
  }

  Optional<Point> best() {
    return selection.flatMap(choice -> find(choice.best()));
  }

  Optional<Point> find(String id) {
    return points.stream().filter(point -> point.id().equals(id)).findFirst();
  }
}
