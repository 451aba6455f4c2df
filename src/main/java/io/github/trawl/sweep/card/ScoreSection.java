package io.github.trawl.sweep.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The part of a model card that compares a point with the unmodified model: its scores, how it was
 * chosen, and how certain the difference is.
 */
final class ScoreSection {
  private final JsonNode result;
  private final JsonNode point;
  private final CardNumbers numbers;

  ScoreSection(JsonNode result, JsonNode point) {
    this.result = result;
    this.point = point;
    this.numbers = new CardNumbers(result.required("share").asBoolean());
  }

  /** Returns a table in Markdown with a line for each split, validation and test. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "| rows | unmodified | this model | difference (%.0f %% interval) | p |%n|---|---|---|---|---|%n",
                100 * result.required("confidence").asDouble()));
    for (String split : List.of("validation", "test")) {
      if (point.has(split)) {
        table.append(row(split, point.get(split)));
      }
    }
    return table.toString();
  }

  private String row(String split, JsonNode measured) {
    double value = measured.required("value").asDouble();
    JsonNode difference = measured.required("difference");
    return "| %s %s | %s | %s | %s | %s |%n"
        .formatted(
            CardNumbers.count(measured.required("examples").asLong()),
            split,
            numbers.value(unmodified(split, measured)),
            numbers.value(value),
            numbers.difference(difference),
            CardNumbers.p(measured.required("p").asDouble()));
  }

  /**
   * Returns the score of the unmodified model on the examples that the point saw. The results hold
   * its score on all examples of a split. A point that dropped out of the race saw fewer: there the
   * score is computed from the difference.
   */
  private double unmodified(String split, JsonNode measured) {
    JsonNode whole = result.path("unmodified").path(split);
    return whole.path("examples").asLong(-1) == measured.required("examples").asLong()
        ? whole.required("value").asDouble()
        : measured.required("value").asDouble()
            - measured.required("difference").required("value").asDouble();
  }

  /** Returns sentences on how the point was chosen and what its scores show. */
  String sentences() {
    List<String> sentences = new ArrayList<>();
    JsonNode choice = result.path("choice");
    sentences.add(choice.isMissingNode() ? withoutChoice() : choiceSentence(choice));
    if (!point.required("state").asText().equals("complete")) {
      sentences.add(
          "It saw %s of %s validation rows."
              .formatted(
                  CardNumbers.count(point.required("validation").required("examples").asLong()),
                  CardNumbers.count(result.required("validation_examples").asLong())));
    }
    sentences.add(verdict());
    if (point.has("family_wise_p") && !choice.isMissingNode()) {
      sentences.add(
          "Corrected for all %s edits that saw every validation row (Romano-Wolf), the p value of being better than the unmodified model is %s; %s of them can't be told from the best."
              .formatted(
                  CardNumbers.count(choice.required("family").asLong()),
                  CardNumbers.p(point.get("family_wise_p").asDouble()),
                  CardNumbers.count(choice.required("indistinguishable").size())));
    }
    return String.join(" ", sentences);
  }

  private String withoutChoice() {
    return "It was named by hand; the sweep had not chosen among its %s edits yet."
        .formatted(CardNumbers.count(result.required("planned").asLong()));
  }

  private String choiceSentence(JsonNode choice) {
    String best = choice.required("best").asText();
    String candidates =
        CardNumbers.count(choice.required("candidates").asLong()) + " edits that were tried";
    String id = point.required("id").asText();
    if (point.has("points")) {
      return "It combines %s edits: to the best on validation of %s, others were added as long as each improved validation (one-sided p %s for the last), so that its validation score is optimistic."
          .formatted(
              CardNumbers.count(point.get("points").size()),
              candidates,
              CardNumbers.p(point.required("p").asDouble()));
    }
    if (id.equals(best)) {
      return "This is the best on validation of %s, so that its validation score is optimistic."
          .formatted(candidates);
    }
    if (id.equals(choice.required("suggested").asText())) {
      return "Of %s this is the mildest within one standard error of %s, the best on validation."
          .formatted(candidates, Markdown.code(best));
    }
    return "It was named by hand; of %s %s is the best on validation."
        .formatted(candidates, Markdown.code(best));
  }

  private String verdict() {
    if (!point.has("test")) {
      return "It was not measured on test rows: its only scores are on the rows by which edits were chosen.";
    }
    JsonNode difference = point.get("test").required("difference");
    double low = difference.required("low").asDouble();
    double high = difference.required("high").asDouble();
    boolean higher = result.required("higher_is_better").asBoolean();
    boolean helps = higher ? low > 0 : high < 0;
    boolean harms = higher ? high < 0 : low > 0;
    return "On the test rows, which had no part in the choice, it "
        + (helps ? "helps." : harms ? "harms." : "makes no difference that could not be chance.");
  }
}
