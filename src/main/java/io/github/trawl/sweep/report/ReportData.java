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
 * <p>Whatever it holds is shown as text: names may come from strangers.
 *
 * @param sweep what was swept
 * @param unmodified absent until the model was asked as it is
 * @param selection absent until the best of the complete points is chosen
 * @param points those with a value, in any order; the failed are not among them
 * @param failed points without a value, for a reason
 * @param spectra of the stacks, in any order
 * @param race the blocks in order; empty where nothing was raced
 * @param costs in the order to show
 * @param configuration the user's, as YAML
 * @param versions what took part, by name in the order to show; digests may stand here too
 */
public record ReportData(
    SweepSummary sweep,
    Optional<Unmodified> unmodified,
    Optional<Selection> selection,
    List<Point> points,
    List<FailedPoint> failed,
    List<Spectrum> spectra,
    List<RaceBlock> race,
    List<CostStep> costs,
    String configuration,
    Map<String, String> versions) {
  /**
   * Copies lists and map.
   *
   * @throws IllegalArgumentException if an id comes twice, the selection names an unknown point, a
   *     point's number of examples contradicts its state, or there are more points than planned
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
        ids.size() <= sweep.planned(), ids.size(), " points of ", sweep.planned(), " planned");
  }

  /** Returns how many points have neither a value nor a failure. */
  int missing() {
    return sweep.planned() - points.size() - failed.size();
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
