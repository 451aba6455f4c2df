package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The chart of seconds and bytes by step. */
final class CostChart {
  private static final String ID = "cost";

  private CostChart() {}

  static Chart of(ReportData data) {
    String title = "Cost by step";
    String explanation =
        "Seconds are summed over pieces of work that may have run side by side, so they can exceed"
            + " the time that the sweep took.";
    if (data.costs().isEmpty()) {
      return Chart.empty(ID, title, explanation, "No step has finished yet.");
    }
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode list = drawn.putArray("steps");
    List<List<String>> rows = new ArrayList<>();
    double seconds = 0;
    long units = 0;
    for (CostStep step : data.costs()) {
      seconds += step.seconds();
      units += step.units();
      ObjectNode node =
          list.addObject()
              .put("name", step.name())
              .put("seconds", PageData.number(step.seconds()))
              .put("secondsText", Numbers.seconds(step.seconds()));
      node.put("bytesRead", step.bytesRead().orElse(0)).put("readText", bytes(step.bytesRead()));
      node.put("bytesWritten", step.bytesWritten().orElse(0))
          .put("writtenText", bytes(step.bytesWritten()));
      rows.add(
          List.of(
              step.name(),
              Numbers.count(step.units()),
              Numbers.seconds(step.seconds()),
              bytes(step.bytesRead()),
              bytes(step.bytesWritten())));
    }
    return new Chart(
        ID,
        title,
        explanation,
        List.of(
            "Counts "
                + Numbers.count(units, "piece")
                + " of work that took "
                + Numbers.seconds(seconds)
                + " in all."),
        new DataTable(title, List.of("Step", "Pieces of work", "Time", "Read", "Written"), rows),
        Optional.of(drawn));
  }

  private static String bytes(OptionalLong bytes) {
    return bytes.isPresent() ? Numbers.bytes(bytes.getAsLong()) : "not counted";
  }
}
