package io.github.trawl.sweep.report;

import java.util.List;

/**
 * The table of a chart's numbers.
 *
 * @param caption what the rows are
 * @param headers of the columns; the cells of the first column are headers of their rows
 * @param rows each with a cell for every header; only the first {@link #MAX_ROWS} are written
 */
record DataTable(String caption, List<String> headers, List<List<String>> rows) {
  /**
   * The most rows that are written: nobody reads more, and they would make the page of a large
   * sweep large.
   */
  static final int MAX_ROWS = 400;

  /** Writes the table, folded until the reader opens it. */
  void write(Html html) {
    html.start("details", "class", "numbers");
    html.element("summary", "The numbers (" + Numbers.count(rows.size(), "row") + ")");
    boolean cut = rows.size() > MAX_ROWS;
    if (cut) {
      html.element(
          "p",
          "The first "
              + MAX_ROWS
              + " of "
              + Numbers.count(rows.size(), "row")
              + "; the leaderboard has the numbers of each point.",
          "class",
          "counts");
    }
    html.start("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    html.start("table").element("caption", caption);
    html.start("thead").start("tr");
    headers.forEach(header -> html.element("th", header, "scope", "col"));
    html.end().end().start("tbody");
    for (List<String> row : cut ? rows.subList(0, MAX_ROWS) : rows) {
      html.newLine().start("tr").element("th", row.get(0), "scope", "row");
      row.subList(1, row.size()).forEach(cell -> html.element("td", cell));
      html.end();
    }
    html.end().end().end().end().newLine();
  }
}
