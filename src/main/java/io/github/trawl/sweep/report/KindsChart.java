package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The chart of TRAWL, LASER and controls side by side: the difference of every point, by method.
 */
final class KindsChart {
  private static final String ID = "kinds";

  private KindsChart() {}

  static Chart of(ReportData data, List<SeedGroup> groups) {
    SelectionMetric metric = data.sweep().metric();
    String title = "TRAWL, LASER and controls";
    String explanation =
        "The difference of every point to the unmodified model, by method. A control is a random"
            + " change of the same relative error as an edit: where controls do as well as edits,"
            + " the edits are no better than chance.";
    if (data.points().isEmpty()) {
      return Chart.empty(ID, title, explanation, "No point has a value yet.");
    }
    Numbers numbers = new Numbers(metric);
    List<Point> points = data.points();
    List<String> names =
        points.stream()
            .map(Point::edit)
            .sorted(
                Comparator.comparing(Edit::kind)
                    .thenComparing(Edit::method)
                    .thenComparing(Edit::variant))
            .map(Labels::series)
            .distinct()
            .toList();
    List<List<String>> rows = new ArrayList<>();
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode rowNodes = drawn.putArray("rows");
    for (String name : names) {
      List<Integer> members =
          IntStream.range(0, points.size())
              .filter(i -> Labels.series(points.get(i).edit()).equals(name))
              .boxed()
              .sorted(Comparator.comparingDouble(i -> difference(points.get(i))))
              .toList();
      ArrayNode indices = rowNodes.addObject().put("name", name).putArray("members");
      members.forEach(indices::add);
      rows.add(row(name, members.stream().map(points::get).toList(), metric, numbers));
    }
    List<String> counts = new ArrayList<>();
    counts.add(controlsSentence(groups, metric, numbers));
    counts.addAll(CountSentences.validation(points, points.size(), "", data.sweep()));
    return new Chart(
        ID,
        title,
        explanation,
        counts,
        new DataTable(
            title,
            List.of(
                "Method",
                "Points",
                "Complete",
                "Lowest",
                "Median",
                "Highest",
                "Best complete point",
                "Its difference",
                "Examples"),
            rows),
        Optional.of(drawn));
  }

  private static double difference(Point point) {
    return point.validation().difference().value();
  }

  /**
   * Returns the row of a method.
   *
   * @param ascending its points by their differences, at least one
   */
  private static List<String> row(
      String name, List<Point> ascending, SelectionMetric metric, Numbers numbers) {
    List<Point> complete = ascending.stream().filter(Point::complete).toList();
    Optional<Point> best =
        complete.isEmpty()
            ? Optional.empty()
            : Optional.of(complete.get(metric.higherIsBetter() ? complete.size() - 1 : 0));
    int size = ascending.size();
    return List.of(
        name,
        Numbers.count(size),
        Numbers.count(complete.size()),
        numbers.difference(difference(ascending.get(0))),
        numbers.difference(
            (difference(ascending.get((size - 1) / 2)) + difference(ascending.get(size / 2))) / 2),
        numbers.difference(difference(ascending.get(size - 1))),
        best.map(Point::label).orElse(""),
        best.map(point -> point.validation().difference())
            .map(own -> numbers.difference(own.value()) + " " + numbers.interval(own))
            .orElse(""),
        best.map(point -> Numbers.count(point.validation().difference().examples())).orElse(""));
  }

  /** Returns a sentence on how many edits did better than their controls. */
  private static String controlsSentence(
      List<SeedGroup> groups, SelectionMetric metric, Numbers numbers) {
    int pairs = 0;
    int better = 0;
    List<Double> gains = new ArrayList<>();
    for (SeedGroup control : groups) {
      if (control.edit().kind() != EditKind.CONTROL) {
        continue;
      }
      Optional<SeedGroup> edit =
          groups.stream().filter(group -> isControlOf(control.edit(), group.edit())).findFirst();
      if (edit.isPresent()) {
        double gain = edit.get().middle(metric).difference() - control.middle(metric).difference();
        pairs++;
        better += metric.improves(gain) ? 1 : 0;
        gains.add(gain);
      }
    }
    return pairs == 0
        ? "No edit has a control, so whether a random change would do as well is unknown."
        : Numbers.count(better)
            + " of "
            + Numbers.count(pairs, "edit")
            + " with a control did better than it (middle seeds); the median gain over the control"
            + " is "
            + numbers.difference(Median.of(gains))
            + numbers.differenceUnit()
            + ".";
  }

  private static boolean isControlOf(Edit control, Edit edit) {
    OptionalInt rank = control.rank();
    return edit.kind() != EditKind.CONTROL
        && edit.rank().equals(rank)
        && edit.layers().equals(control.layers())
        && edit.matrices().equals(control.matrices())
        && edit.method().equals(control.method())
        && edit.variant().equals(control.variant());
  }
}
