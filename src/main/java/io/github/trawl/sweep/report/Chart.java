package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * A chart of the page, with its heading, explanation and table.
 *
 * @param id of its section in the page; also the name of the script's function that draws it
 * @param title its heading
 * @param explanation how to read it
 * @param countSentences which points and examples it counts, one sentence per element
 * @param table its numbers
 * @param data what the script draws; absent if there is nothing to draw, and {@code countSentences}
 *     then says why
 */
record Chart(
    String id,
    String title,
    String explanation,
    List<String> countSentences,
    DataTable table,
    Optional<JsonNode> data) {

  /**
   * Returns a chart that has nothing to show.
   *
   * @param why a sentence that says so
   */
  static Chart empty(String id, String title, String explanation, String why) {
    return new Chart(
        id,
        title,
        explanation,
        List.of(why),
        new DataTable(title, List.of(), List.of()),
        Optional.empty());
  }

  void write(Html html) {
    html.newLine().start("section", "id", id, "aria-labelledby", id + "-title");
    html.element("h2", title, "id", id + "-title");
    if (data.isEmpty()) {
      html.element("p", String.join(" ", countSentences), "class", "nothing").end();
      return;
    }
    html.element("p", explanation);
    html.start("div", "class", "figure", "data-chart", id);
    html.start("div", "class", "controls").end();
    html.start("div", "class", "canvas", "id", id + "-canvas").end();
    html.end();
    html.element("p", String.join(" ", countSentences), "class", "counts");
    table.write(html);
    html.end();
  }
}
