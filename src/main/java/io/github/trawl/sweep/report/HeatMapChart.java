package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chart of the difference to the unmodified model by layers and rank: a heat map for each
 * combination of matrices and method.
 */
final class HeatMapChart {
  private static final String ID = "heat";

  private HeatMapChart() {}

  /** The meaning of a cell. */
  private enum CellEffect {
    BETTER("better", 0),
    WORSE("worse", 1),
    NOISE("noise: the interval holds 0", 2),
    SEEDS_DISAGREE("noise: seeds disagree", 3);

    private final String label;

    /** The number that stands for it in the data of the script. */
    private final int code;

    CellEffect(String label, int code) {
      this.label = label;
      this.code = code;
    }

    static CellEffect of(SeedGroup group, SelectionMetric metric) {
      Difference difference = group.middle(metric).point().validation().difference();
      if (difference.isNoise()) {
        return NOISE;
      }
      if (group.seedsDisagree()) {
        return SEEDS_DISAGREE;
      }
      return metric.improves(difference.value()) ? BETTER : WORSE;
    }
  }

  static Chart of(ReportData data, List<SeedGroup> groups) {
    SelectionMetric metric = data.sweep().metric();
    String title = "Layer by rank: difference to the unmodified model";
    String explanation =
        "Each cell is the middle seed's difference on the validation examples that it saw. Grey is"
            + " noise: the interval holds zero (plain grey), or one seed helps and another harms"
            + " (grey with a cross). Empty cells are not in the grid.";
    if (groups.isEmpty()) {
      return Chart.empty(ID, title, explanation, "No point with a rank has a value yet.");
    }
    Numbers numbers = new Numbers(metric);
    Map<String, List<SeedGroup>> maps = new LinkedHashMap<>();
    List<List<String>> rows = new ArrayList<>();
    int noise = 0;
    for (SeedGroup group : groups) {
      Edit edit = group.edit();
      String map = edit.matrices() + " \u00b7 " + Labels.series(edit);
      maps.computeIfAbsent(map, key -> new ArrayList<>()).add(group);
      CellEffect effect = CellEffect.of(group, metric);
      noise += effect == CellEffect.NOISE || effect == CellEffect.SEEDS_DISAGREE ? 1 : 0;
      Difference difference = group.middle(metric).point().validation().difference();
      rows.add(
          List.of(
              map,
              Labels.layers(edit.layers()),
              String.valueOf(edit.rank().orElseThrow()),
              numbers.difference(difference.value()),
              numbers.interval(difference),
              Numbers.count(difference.examples()),
              group.seeds() == 1 ? "1" : group.seeds() + ": " + group.spread(numbers),
              effect.label));
    }
    ObjectNode drawn = PageData.NODES.objectNode();
    ArrayNode list = drawn.putArray("maps");
    maps.forEach((name, members) -> list.add(map(name, members, metric)));
    List<String> counts = new ArrayList<>();
    counts.add(
        "Noise: " + Numbers.count(noise) + " of " + Numbers.count(groups.size(), "cell") + ".");
    List<Point> shown =
        data.points().stream().filter(point -> point.edit().rank().isPresent()).toList();
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
                "Map",
                "Layers",
                "Rank",
                "Difference" + unit(metric),
                "Interval",
                "Examples",
                "Seeds",
                "Effect"),
            rows),
        Optional.of(drawn));
  }

  private static String unit(SelectionMetric metric) {
    return metric.proportion() ? " (points)" : "";
  }

  private static ObjectNode map(String name, List<SeedGroup> groups, SelectionMetric metric) {
    List<Integer> ranks =
        groups.stream()
            .map(group -> group.edit().rank().orElseThrow())
            .distinct()
            .sorted()
            .toList();
    List<String> layers =
        groups.stream()
            .map(group -> group.edit().layers())
            .distinct()
            .sorted(SeedGroup::compareLayers)
            .map(Labels::layers)
            .toList();
    ObjectNode node = PageData.NODES.objectNode().put("name", name);
    ranks.forEach(node.putArray("ranks")::add);
    node.set("layers", PageData.texts(layers));
    ArrayNode cells = node.putArray("cells");
    for (SeedGroup group : groups) {
      // The order of these numbers is known to the script.
      cells
          .addArray()
          .add(ranks.indexOf(group.edit().rank().orElseThrow()))
          .add(layers.indexOf(Labels.layers(group.edit().layers())))
          .add(group.middle(metric).index())
          .add(CellEffect.of(group, metric).code)
          .add(group.seeds())
          .add(group.lowest().index())
          .add(group.highest().index());
    }
    return node;
  }
}
