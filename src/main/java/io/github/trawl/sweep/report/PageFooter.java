package io.github.trawl.sweep.report;

import java.util.List;
import java.util.Map;

/**
 * Writes the part of the page below the charts: failed points, configuration, versions and
 * licences.
 */
final class PageFooter {
  private final ReportData data;

  PageFooter(ReportData data) {
    this.data = data;
  }

  void write(Html html) {
    writeFailedPoints(html);
    html.newLine().start("section", "id", "recipe", "aria-labelledby", "recipe-title");
    html.element("h2", "How it was made", "id", "recipe-title");
    html.start("details").element("summary", "Configuration (YAML)");
    html.start("pre", "tabindex", "0").text(data.configuration()).end().end();
    html.start("details").element("summary", "Versions and digests");
    html.start(
        "div",
        "class",
        "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Versions and digests");
    html.start("table").element("caption", "Versions and digests").start("tbody");
    for (Map.Entry<String, String> version : data.versions().entrySet()) {
      html.start("tr").element("th", version.getKey(), "scope", "row");
      html.element("td", version.getValue()).end();
    }
    html.end().end().end();
    html.element(
        "p",
        "Charts are drawn by Apache ECharts "
            + Resources.ECHARTS_VERSION
            + ", copyright The Apache Software Foundation, under the Apache License 2.0; it holds"
            + " zrender (BSD-3-Clause, Baidu Inc.), tslib (0BSD, Microsoft Corporation) and parts"
            + " of d3 (BSD-3-Clause, Mike Bostock).");
    html.end().end();
  }

  private void writeFailedPoints(Html html) {
    List<FailedPoint> failed = data.failed();
    html.newLine().start("section", "id", "failed", "aria-labelledby", "failed-title");
    html.element("h2", "Failed points", "id", "failed-title");
    if (failed.isEmpty()) {
      html.element("p", "No point failed.", "class", "nothing").end();
      return;
    }
    html.element("p", "These have no value and are in no chart; the next run tries them again.");
    html.start(
        "div",
        "class",
        "scroll tall",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Failed points, scrolls");
    html.start("table", "class", "left");
    html.element("caption", Numbers.count(failed.size(), "point") + " failed");
    html.start("thead").start("tr");
    for (String title : List.of("Point", "Step", "Attempts", "Reason")) {
      html.element("th", title, "scope", "col");
    }
    html.end().end().start("tbody");
    for (FailedPoint point : failed) {
      html.newLine().start("tr").element("th", point.label(), "scope", "row");
      html.element("td", point.step()).element("td", String.valueOf(point.attempts()));
      html.element("td", point.reason(), "class", "reason").end();
    }
    html.end().end().end().end();
  }
}
