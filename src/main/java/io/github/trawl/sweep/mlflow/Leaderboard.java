package io.github.trawl.sweep.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The points of a sweep as a table of comma-separated values: first those that saw all validation
 * examples, then the others, both from the best on validation to the worst.
 */
final class Leaderboard {
  private static final List<String> EDIT =
      List.of("id", "strategy", "matrices", "layers", "method", "rank", "ratio", "seed", "state");
  private static final List<String> SCORE = List.of("value", "low", "high", "examples");

  private Leaderboard() {}

  static String of(JsonNode result) {
    StringBuilder text = new StringBuilder(String.join(",", EDIT)).append(",relative_error");
    for (String split : List.of("validation", "test")) {
      SCORE.forEach(field -> text.append(',').append(split).append('_').append(field));
      text.append(
          ",%1$s_difference,%1$s_difference_low,%1$s_difference_high,%1$s_p".formatted(split));
    }
    text.append(",family_wise_p\n");
    for (JsonNode point : sorted(result)) {
      List<String> cells = new ArrayList<>();
      EDIT.forEach(field -> cells.add(cell(point.path(field))));
      cells.add(cell(point.path("relative_error")));
      for (String split : List.of("validation", "test")) {
        JsonNode score = point.path(split);
        SCORE.forEach(field -> cells.add(cell(score.path(field))));
        for (String field : List.of("value", "low", "high")) {
          cells.add(cell(score.path("difference").path(field)));
        }
        cells.add(cell(score.path("p")));
      }
      cells.add(cell(point.path("family_wise_p")));
      text.append(String.join(",", cells)).append('\n');
    }
    return text.toString();
  }

  private static List<JsonNode> sorted(JsonNode result) {
    List<JsonNode> points = new ArrayList<>();
    result.path("points").forEach(points::add);
    double sign = result.path("higher_is_better").asBoolean() ? -1 : 1;
    points.sort(
        Comparator.comparing((JsonNode point) -> !point.path("state").asText().equals("complete"))
            .thenComparingDouble(
                point -> sign * point.path("validation").path("value").asDouble()));
    return points;
  }

  /** Returns a value as text; a whole number without decimals: earlier versions wrote 64.0. */
  static String text(JsonNode value) {
    return value.isNumber() && value.asDouble() == Math.rint(value.asDouble())
        ? String.valueOf(value.asLong())
        : value.asText();
  }

  private static String cell(JsonNode value) {
    String text = text(value);
    return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
