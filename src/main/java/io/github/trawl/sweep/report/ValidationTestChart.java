package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The chart of test against validation values, for the points that have seen all examples of both.
 */
final class ValidationTestChart {
  private static final String ID = "curse"; // of the winner, which the chart shows

  private ValidationTestChart() {}

  static Chart of(ReportData data) {
    SelectionMetric metric = data.sweep().metric();
    Numbers numbers = new Numbers(metric);
    String title = "Validation against test";
    String explanation =
        "The value on test against the value on validation. The best of many on validation was"
            + " partly lucky, so points picked for their validation value tend to lie on the worse side of"
            + " the diagonal: the winner's curse.";
    List<Integer> both = new ArrayList<>();
    for (int i = 0; i < data.points().size(); i++) {
      Point point = data.points().get(i);
      if (point.complete() && point.test().isPresent()) {
        both.add(i);
      }
    }
    if (both.isEmpty()) {
      return Chart.empty(
          ID, title, explanation, "No point has seen the test examples yet; the best ones will.");
    }
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode list = drawn.putArray("points");
    List<List<String>> rows = new ArrayList<>();
    data.unmodified()
        .ifPresent(
            unmodified ->
                unmodified
                    .test()
                    .ifPresent(
                        test ->
                            rows.add(
                                row("unmodified model", unmodified.validation(), test, numbers))));
    int worse = 0;
    for (int index : both) {
      Point point = data.points().get(index);
      Score validation = point.validation().score();
      Score test = point.test().orElseThrow().score();
      list.add(index);
      rows.add(row(point.label(), validation, test, numbers));
      worse += metric.improves(validation.value() - test.value()) ? 1 : 0;
    }
    List<String> counts = new ArrayList<>();
    counts.add(
        "Counts "
            + Numbers.count(both.size(), "point")
            + " on all "
            + Numbers.count(data.sweep().validationExamples())
            + " validation and "
            + Numbers.count(data.sweep().testExamples())
            + " test examples; "
            + Numbers.count(worse)
            + " did worse on test than on validation.");
    counts.add(CountSentences.intervals(data.sweep()));
    return new Chart(
        ID,
        title,
        explanation,
        counts,
        new DataTable(
            title,
            List.of(
                "Point",
                "Validation",
                "Its interval",
                "Validation examples",
                "Test",
                "Its interval",
                "Test examples",
                "Test \u2212 validation"),
            rows),
        Optional.of(drawn));
  }

  private static List<String> row(String label, Score validation, Score test, Numbers numbers) {
    return List.of(
        label,
        numbers.value(validation),
        numbers.interval(validation),
        Numbers.count(validation.examples()),
        numbers.value(test),
        numbers.interval(test),
        Numbers.count(test.examples()),
        numbers.difference(test.value() - validation.value()));
  }
}
