package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a scheduler needs to know of a sweep, from its {@code result.json}.
 *
 * @param counts {@code state} of the sweep and the numbers of its points: {@code planned}, of which
 *     {@code done}, {@code pruned}, {@code failed}, and {@code missing}: all others, also those
 *     that have seen some of the validation examples
 * @param best the point that is best on validation, compared with the unmodified model; empty until
 *     all validation examples are done, and also afterwards if no point is left
 */
public record SweepOutcome(ObjectNode counts, Optional<ObjectNode> best) {
  /** Returns the outcome in a {@code result.json}, finished or not. */
  static SweepOutcome of(JsonNode result) {
    return new SweepOutcome(
        counts(result), Optional.ofNullable(result.get("choice")).map(each -> best(each, result)));
  }

  /**
   * Returns this outcome with another count, {@code failures}: how many pieces of work failed in
   * the run that ends. It may be above 0 although no point counts as failed: if a stop rule ended
   * this run before its failures were counted against points, or if only controls or additions of
   * points to a composition failed.
   */
  SweepOutcome afterRun(int failures) {
    return new SweepOutcome(counts.deepCopy().put("failures", failures), best);
  }

  /**
   * Returns this outcome for a sweep that is not at its end, although it may have been when it was
   * found.
   *
   * @param points the points of its grid, which may have grown since; those that this outcome lacks
   *     are missing
   */
  SweepOutcome goingOn(int points) {
    int added = Math.max(0, points - counts.get("planned").asInt());
    return new SweepOutcome(
        counts
            .deepCopy()
            .put("state", SweepState.RUNNING.label())
            .put("planned", counts.get("planned").asInt() + added)
            .put("missing", counts.get("missing").asInt() + added),
        best);
  }

  private static ObjectNode counts(JsonNode result) {
    Map<PointState, Integer> states = new EnumMap<>(PointState.class);
    for (JsonNode point : result.get("points")) {
      for (PointState state : PointState.values()) {
        states.merge(
            state, state.label().equals(point.get("state").asText()) ? 1 : 0, Integer::sum);
      }
    }
    int planned = result.get("planned").asInt();
    int done = states.getOrDefault(PointState.COMPLETE, 0);
    int pruned = states.getOrDefault(PointState.PRUNED, 0);
    int failed = 0;
    for (JsonNode each : result.get("failed")) {
      // Controls and compositions are no points of the grid.
      failed += each.path("extra").asBoolean() ? 0 : 1;
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("state", result.get("state").asText())
        .put("planned", planned)
        .put("done", done)
        .put("pruned", pruned)
        .put("failed", failed)
        .put("missing", planned - done - pruned - failed);
  }

  /**
   * Returns the scores of the best point on the test examples if it has seen them, otherwise on the
   * validation examples.
   */
  private static ObjectNode best(JsonNode choice, JsonNode result) {
    String id = choice.get("best").asText();
    JsonNode point = point(id, result);
    String split = point.has("test") ? "test" : "validation";
    JsonNode score = point.get(split);
    JsonNode difference = score.get("difference");
    boolean higherIsBetter = result.get("higher_is_better").asBoolean();
    double low = difference.get("low").asDouble();
    double high = difference.get("high").asDouble();
    ObjectNode best =
        JsonNodeFactory.instance
            .objectNode()
            .put("point", id)
            .put("metric", result.get("metric").asText())
            .put("higher_is_better", higherIsBetter)
            .put("split", split)
            .put("examples", score.get("examples").asInt())
            .put("value", score.get("value").asDouble())
            .put("unmodified", result.get("unmodified").get(split).get("value").asDouble())
            .put("difference", difference.get("value").asDouble())
            .put("low", low)
            .put("high", high)
            .put("helps", split.equals("test") && (higherIsBetter ? low > 0 : high < 0))
            .put("p", score.get("p").asDouble());
    if (point.has("family_wise_p")) {
      best.put("family_wise_p", point.get("family_wise_p").asDouble());
    }
    return best;
  }

  private static JsonNode point(String id, JsonNode result) {
    for (JsonNode point : result.get("points")) {
      if (point.get("id").asText().equals(id)) {
        return point;
      }
    }
    throw new IllegalArgumentException("the results do not hold " + id);
  }
}
