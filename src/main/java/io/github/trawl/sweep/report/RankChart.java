package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The chart of the metric against the rank, by layers, matrices and method, with the spread over
 * seeds.
 */
final class RankChart {
  private static final String ID = "rank";

  private RankChart() {}

  static Chart of(ReportData data, List<SeedGroup> groups) {
    SelectionMetric metric = data.sweep().metric();
    Numbers numbers = new Numbers(metric);
    String title = "Validation " + metric.name() + " against rank";
    String explanation =
        "A line joins, for each rank, the middle seed; its whisker is the interval over examples of"
            + " that one seed. The bar beside it runs from the lowest to the highest seed, with a dot"
            + " for each. Where the bar is longer than the whisker, the seed decides more than the"
            + " rank. The dashed line is the unmodified model, the band its interval.";
    List<Point> shown =
        data.points().stream().filter(point -> point.edit().rank().isPresent()).toList();
    if (shown.isEmpty()) {
      return Chart.empty(ID, title, explanation, "No point with a rank has a value yet.");
    }
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode list = drawn.putArray("groups");
    List<List<String>> rows = new ArrayList<>();
    for (SeedGroup group : groups) {
      SeedGroup.Member middle = group.middle(metric);
      ArrayNode members = PageData.NODES.arrayNode();
      group.members().forEach(member -> members.add(member.index()));
      list.addObject().put("middle", middle.index()).set("members", members);
      Edit edit = group.edit();
      Score score = middle.point().validation().score();
      rows.add(
          List.of(
              Labels.layers(edit.layers()),
              edit.matrices(),
              Labels.series(edit),
              String.valueOf(edit.rank().orElseThrow()),
              String.valueOf(group.seeds()),
              numbers.value(score),
              numbers.interval(score),
              Numbers.count(score.examples()),
              numbers.value(group.lowest().point().validation().score()),
              numbers.value(group.highest().point().validation().score())));
    }
    List<String> counts = new ArrayList<>();
    seedSpreadSentence(groups, metric, numbers).ifPresent(counts::add);
    counts.addAll(
        CountSentences.validation(shown, data.points().size(), "have no rank", data.sweep()));
    return new Chart(
        ID,
        title,
        explanation,
        counts,
        new DataTable(
            title,
            List.of(
                "Layers",
                "Matrices",
                "Method",
                "Rank",
                "Seeds",
                "Middle seed",
                "Its interval",
                "Examples",
                "Lowest seed",
                "Highest seed"),
            rows),
        Optional.of(drawn));
  }

  /**
   * Returns a sentence that compares the median spread over seeds with the median width of an
   * interval over examples.
   */
  private static Optional<String> seedSpreadSentence(
      List<SeedGroup> groups, SelectionMetric metric, Numbers numbers) {
    List<SeedGroup> several = groups.stream().filter(group -> group.seeds() > 1).toList();
    if (several.isEmpty()) {
      return Optional.of(
          "No edit was tried with a second seed, so how much a seed decides is unknown.");
    }
    double spread =
        Median.of(
            several.stream()
                .map(group -> group.highest().difference() - group.lowest().difference())
                .toList());
    double interval =
        Median.of(
            several.stream()
                .map(group -> group.middle(metric).point().validation().difference())
                .map(difference -> difference.high() - difference.low())
                .toList());
    return Optional.of(
        "Over "
            + Numbers.count(several.size(), "edit")
            + " with several seeds, the best and the worst seed lie "
            + numbers.difference(spread).replace("+", "")
            + numbers.differenceUnit()
            + " apart (median), while the interval of a difference is "
            + numbers.difference(interval).replace("+", "")
            + " wide.");
  }
}
