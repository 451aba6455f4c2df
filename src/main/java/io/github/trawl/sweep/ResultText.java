package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answer of a sweep in a few sentences, from its {@code result.json}. */
final class ResultText {
  private final JsonNode result;

  ResultText(JsonNode result) {
    this.result = result;
  }

  /** Returns what was found, how large the difference is and how certain. */
  String text() {
    JsonNode choice = result.get("choice");
    if (choice == null) {
      return isOver()
          ? withoutChoice()
          : String.format(
              Locale.ROOT,
              "Nothing can be said yet: %d of %d points were measured on all validation examples.",
              number("done"),
              number("planned"));
    }
    JsonNode best = point(choice.get("best").asText());
    JsonNode test = best.get("test");
    String metric = result.get("metric").asText();
    if (test == null) {
      return String.format(
          Locale.ROOT,
          "Best on %s validation examples is %s (%s %s, %s; the unmodified model %s); test examples were not asked yet.",
          count(best.get("validation")),
          id(best),
          metric,
          score(best.get("validation")),
          difference(best.get("validation")),
          score(result.get("unmodified").get("validation")));
    }
    return String.format(
        Locale.ROOT,
        "%s has %s %s on %s test examples, the unmodified model %s: %s (95 %% interval %s to %s, p %s).%n%s%s%s",
        chosen(choice, best),
        metric,
        score(test),
        count(test),
        score(result.get("unmodified").get("test")),
        difference(test),
        signed(test.get("difference").get("low").asDouble()),
        signed(test.get("difference").get("high").asDouble()),
        p(test.get("p").asDouble()),
        verdict(choice, best, test),
        controls(best, test),
        composed());
  }

  /** Returns why nothing was chosen, although all is measured that can be. */
  private String withoutChoice() {
    int measurable = number("planned") - number("failed");
    if (measurable == 0) {
      return String.format(
          Locale.ROOT, "Nothing can be said: all %d points failed.", number("planned"));
    }
    // Points whose scores are not finite are neither done nor pruned.
    return number("done") > 0 || number("pruned") == 0
        ? "No point can be chosen: there are fewer than two validation examples, or scores are not finite."
        : String.format(
            Locale.ROOT,
            "None of the %d points that could be measured is as good as the unmodified model on validation examples: all dropped out of the race.",
            measurable);
  }

  /** Returns a sentence on the points that were put together; empty if there is nothing to say. */
  private String composed() {
    JsonNode last = null;
    for (JsonNode step : result.path("composed")) {
      last = step.get("accepted").asBoolean() ? step : last;
    }
    if (last == null) {
      // Steps are missing while the sweep is under way, and if there was nothing to add, or every
      // addition failed or dropped out.
      boolean tried = result.path("composition").asText().equals("greedy") && isOver();
      return !tried && result.path("composed").isEmpty()
          ? ""
          : " No addition of another point was found to improve it on validation examples.";
    }
    if (!last.has("test")) {
      return "";
    }
    JsonNode test = last.get("test");
    List<String> points = new ArrayList<>();
    last.get("points").forEach(point -> points.add(point.asText()));
    return String.format(
        Locale.ROOT,
        " Together, %s have %s on test examples: %s compared with the unmodified model (95 %% interval %s to %s, p %s).",
        String.join(" and ", points),
        score(test),
        difference(test),
        signed(test.get("difference").get("low").asDouble()),
        signed(test.get("difference").get("high").asDouble()),
        p(test.get("p").asDouble()));
  }

  /**
   * Returns a sentence on how many controls of the best point do as well; empty if none was asked.
   */
  private String controls(JsonNode best, JsonNode test) {
    int count = 0;
    int asGood = 0;
    for (JsonNode control : result.path("controls")) {
      if (control.get("point").asText().equals(id(best)) && control.has("test")) {
        double gain = control.get("test").get("value").asDouble() - test.get("value").asDouble();
        count++;
        asGood += (result.get("higher_is_better").asBoolean() ? gain >= 0 : gain <= 0) ? 1 : 0;
      }
    }
    return count == 0
        ? ""
        : String.format(
            Locale.ROOT,
            " Of %d models whose weights were changed at random by as much, %d do as well on test examples.",
            count,
            asGood);
  }

  private String chosen(JsonNode choice, JsonNode best) {
    double gain = best.get("validation").get("difference").get("value").asDouble();
    boolean better = result.get("higher_is_better").asBoolean() ? gain > 0 : gain < 0;
    return String.format(
        Locale.ROOT,
        better
            ? "%s, the best of %d points on %s validation examples,"
            : "%s, the best of %d points on %s validation examples and no better there than the unmodified model,",
        id(best),
        choice.get("candidates").asInt(),
        count(best.get("validation")));
  }

  private String verdict(JsonNode choice, JsonNode best, JsonNode test) {
    double low = test.get("difference").get("low").asDouble();
    double high = test.get("difference").get("high").asDouble();
    boolean higher = result.get("higher_is_better").asBoolean();
    boolean helps = higher ? low > 0 : high < 0;
    boolean harms = higher ? high < 0 : low > 0;
    double familyWise = best.path("family_wise_p").asDouble(1);
    String sure =
        helps
            ? "It helps on examples that had no part in choosing it"
            : harms
                ? "On examples that had no part in choosing it, it harms"
                : "On examples that had no part in choosing it, the difference may be chance";
    String suggested = choice.get("suggested").asText();
    return String.format(
        Locale.ROOT,
        "%s. The p value of its gain on validation examples, adjusted for all %d points that saw them all, is %s; %d of these points, this one included, can't be told from the best.%s",
        sure,
        choice.get("family").asInt(),
        familyWise < 0.001 ? "less than 0.001" : String.format(Locale.ROOT, "%.3f", familyWise),
        choice.get("indistinguishable").size(),
        suggested.equals(id(best))
            ? ""
            : " Of the points within one standard error of it, "
                + suggested
                + " changes the weights least.");
  }

  /** Returns a number of {@link SweepOutcome#counts}. */
  private int number(String key) {
    return SweepOutcome.of(result).counts().get(key).asInt();
  }

  /** Returns whether all is measured that can be. */
  private boolean isOver() {
    return SweepState.isOver(result.get("state").asText());
  }

  private JsonNode point(String id) {
    for (JsonNode point : result.get("points")) {
      if (id(point).equals(id)) {
        return point;
      }
    }
    throw new IllegalArgumentException("the results do not hold " + id);
  }

  private static String id(JsonNode point) {
    return point.get("id").asText();
  }

  private static String count(JsonNode measured) {
    return String.format(Locale.ROOT, "%,d", measured.get("examples").asInt());
  }

  private String score(JsonNode score) {
    double value = score.get("value").asDouble();
    return isShare()
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  private String difference(JsonNode measured) {
    String value = signed(measured.get("difference").get("value").asDouble());
    return isShare() ? value + " percentage points" : value;
  }

  private String signed(double value) {
    return isShare()
        ? String.format(Locale.ROOT, "%+.2f", 100 * value)
        : String.format(Locale.ROOT, "%+.4f", value);
  }

  private static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "= %.3f", value);
  }

  private boolean isShare() {
    return result.get("share").asBoolean();
  }
}
