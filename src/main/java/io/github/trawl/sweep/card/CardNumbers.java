package io.github.trawl.sweep.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * Formats numbers of a sweep's results for a model card.
 *
 * @param share whether values are shares, to be shown in per cent
 */
record CardNumbers(boolean share) {
  String value(double value) {
    return share
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  /** Returns a difference with its sign; in percentage points if values are shares. */
  String difference(double value) {
    return share
        ? String.format(Locale.ROOT, "%+.2f", 100 * value)
        : String.format(Locale.ROOT, "%+.4f", value);
  }

  /** Returns a difference with its interval, as in {@code +2.10 (+0.40 to +3.90)}. */
  String difference(JsonNode difference) {
    return "%s (%s to %s)"
        .formatted(
            difference(difference.required("value").asDouble()),
            difference(difference.required("low").asDouble()),
            difference(difference.required("high").asDouble()));
  }

  static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
