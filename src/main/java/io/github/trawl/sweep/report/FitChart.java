package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The chart of the metric on validation against the fit, 1 − relative error. */
final class FitChart {
  private static final String ID = "fit";

  private FitChart() {}

  static Chart of(ReportData data) {
    SelectionMetric metric = data.sweep().metric();
    Numbers numbers = new Numbers(metric);
    String title = "Fit against validation " + metric.name();
    String explanation =
        "Fit is 1 \u2212 relative error of the stack: 1 leaves the weights as they are, 0 keeps"
            + " nothing of them. If fit decided, the points would lie on a curve.";
    List<Point> shown = data.points().stream().filter(point -> point.fit().isPresent()).toList();
    if (shown.isEmpty()) {
      return Chart.empty(ID, title, explanation, "No point has a value and a fit yet.");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Point point : shown) {
      SplitResult validation = point.validation();
      rows.add(
          List.of(
              point.label(),
              Numbers.digits(point.fit().getAsDouble()),
              numbers.value(validation.score()),
              numbers.difference(validation.difference().value()),
              Numbers.count(validation.score().examples())));
    }
    // The script draws this chart from the data of the points alone.
    ObjectNode drawn = PageData.NODES.objectNode();
    return new Chart(
        ID,
        title,
        explanation,
        CountSentences.validation(shown, data.points().size(), "have no fit", data.sweep()),
        new DataTable(
            title,
            List.of("Point", "Fit", "Validation", "Difference to unmodified", "Examples"),
            rows),
        Optional.of(drawn));
  }
}
