package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The chart of how many points survived each block of examples. */
final class RaceChart {
  private static final String ID = "race";

  private RaceChart() {}

  static Chart of(ReportData data) {
    String title = "Racing: who survived";
    String explanation =
        "All points see the same examples in the same order. After each block those that are worse"
            + " than the best by a paired test drop out.";
    if (data.race().isEmpty()) {
      return Chart.nothing(
          ID, title, explanation, "Nothing was raced: every point sees all validation examples.");
    }
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode list = drawn.putArray("blocks");
    List<List<String>> rows = new ArrayList<>();
    int block = 0;
    long asked = 0;
    long unraced = 0;
    int before = 0;
    int entrants = data.race().get(0).entered();
    for (RaceBlock raced : data.race()) {
      block++;
      list.addArray().add(raced.examples()).add(raced.entered()).add(raced.survived());
      asked += (long) raced.entered() * (raced.examples() - before);
      unraced += (long) entrants * (raced.examples() - before);
      before = raced.examples();
      rows.add(
          List.of(
              String.valueOf(block),
              Numbers.count(raced.examples()),
              Numbers.count(raced.entered()),
              Numbers.count(raced.survived()),
              Numbers.count(raced.entered() - raced.survived())));
    }
    return new Chart(
        ID,
        title,
        explanation,
        List.of(
            "Counts "
                + Numbers.count(entrants, "point")
                + " over "
                + Numbers.count(block, "block")
                + " of validation examples; "
                + Numbers.percent(unraced == 0 ? 1 : (double) asked / unraced)
                + " of the answers that measuring all of them would have taken."),
        new DataTable(
            title,
            List.of("Block", "Examples seen after it", "Entered", "Survived", "Dropped"),
            rows),
        Optional.of(drawn));
  }
}
