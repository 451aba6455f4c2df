package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The chart of how many points survived each round of the race. */
final class RaceChart {
  private static final String ID = "race";

  private RaceChart() {}

  static Chart of(ReportData data) {
    String title = "Racing: points that survived each round";
    String explanation =
        "All points see the same examples in the same order. After each round the points that a"
            + " paired test finds worse than the best drop out.";
    if (data.race().isEmpty()) {
      return Chart.empty(
          ID, title, explanation, "There was no race: every point sees all validation examples.");
    }
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode list = drawn.putArray("blocks");
    List<List<String>> rows = new ArrayList<>();
    int round = 0;
    long asked = 0;
    long withoutRace = 0;
    int before = 0;
    int entrants = data.race().get(0).entered();
    for (RaceRoundCounts raced : data.race()) {
      round++;
      list.addArray().add(raced.examplesSeen()).add(raced.entered()).add(raced.survived());
      asked += (long) raced.entered() * (raced.examplesSeen() - before);
      withoutRace += (long) entrants * (raced.examplesSeen() - before);
      before = raced.examplesSeen();
      rows.add(
          List.of(
              String.valueOf(round),
              Numbers.count(raced.examplesSeen()),
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
                + Numbers.count(round, "round")
                + " of validation examples, with "
                + Numbers.percent(withoutRace == 0 ? 1 : (double) asked / withoutRace)
                + " of the answers that would have been needed if no point had dropped out."),
        new DataTable(
            title,
            List.of("Round", "Examples seen after it", "Entered", "Survived", "Dropped"),
            rows),
        Optional.of(drawn));
  }
}
