package io.github.trawl.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The rows as a table in Markdown. */
final class MarkdownTable {
  private static final String HEAD =
      """
      | what | beside | ours | theirs | ratio, range | target | reached | note |
      |---|---|---:|---:|---:|---:|---|---|
      """;

  private MarkdownTable() {}

  static String of(List<Row> rows) {
    StringBuilder table = new StringBuilder(HEAD);
    rows.forEach(row -> table.append(line(row)).append('\n'));
    return table.toString();
  }

  /** One row, also shown as soon as it is measured. */
  static String line(Row row) {
    if (!row.isMeasured()) {
      return "| %s | %s | | | | | | %s |".formatted(row.what(), row.peer(), row.note());
    }
    Samples.Ratio ratio = row.ratio();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s %s | %s %s | %s (%s–%s) | %s | %s | %s |",
        row.what(),
        row.peer(),
        digits(row.ours().median()),
        row.unit(),
        digits(row.theirs().median()),
        row.unit(),
        digits(ratio.median()),
        digits(ratio.min()),
        digits(ratio.max()),
        target(row.atLeast()),
        row.atLeast().isEmpty() ? "" : row.isReached() ? "yes" : "no",
        row.note());
  }

  private static String target(OptionalDouble atLeast) {
    return atLeast.isEmpty() ? "" : "≥ " + digits(atLeast.getAsDouble());
  }

  /** Three significant digits, without an exponent. */
  private static String digits(double value) {
    double size = Math.abs(value);
    String format = size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f";
    return String.format(Locale.ROOT, format, value);
  }
}
