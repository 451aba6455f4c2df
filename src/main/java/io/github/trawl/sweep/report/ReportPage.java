package io.github.trawl.sweep.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Version;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Writes a report on a sweep as one page of HTML that needs no network and no other file.
 *
 * <p>Its content security policy forbids all requests and all scripts but those that were written
 * into it, and every name is shown as text. A sweep of 2,000 points takes less than 3 MB. The same
 * data gives the same page.
 */
public final class ReportPage {
  private final ReportData data;
  private final Html html = new Html();

  private ReportPage(ReportData data) {
    this.data = data;
  }

  /** Returns the page, to be stored in UTF-8. */
  public static String of(ReportData data) {
    return new ReportPage(data).write();
  }

  private String write() {
    List<SeedGroup> groups = SeedGroup.of(data.points());
    List<Chart> wide = List.of(RankChart.of(data, groups), HeatMapChart.of(data, groups));
    List<Chart> narrow =
        Stream.of(
                ValidationTestChart.of(data),
                FitChart.of(data),
                KindsChart.of(data, groups),
                SpectrumChart.of(data),
                RaceChart.of(data),
                CostChart.of(data))
            // Charts with nothing to draw come last.
            .sorted(Comparator.comparing(chart -> chart.data().isEmpty()))
            .toList();
    String library = Resources.library();
    String script = Resources.script();
    String style = Resources.style();
    html.start("html", "lang", "en");
    head(library, script, style);
    html.newLine().start("body");
    html.element("a", "Skip to the answer", "href", "#answer", "class", "skip");
    PageHeader opening = new PageHeader(data, groups);
    opening.header(html);
    html.newLine().start("main");
    opening.answer(html);
    new Leaderboard(data, groups).write(html);
    wide.forEach(chart -> chart.write(html));
    html.newLine().start("div", "class", "pairs");
    narrow.forEach(chart -> chart.write(html));
    html.end();
    new PageFooter(data).write(html);
    html.end();
    ObjectNode json = PageData.of(data);
    ObjectNode charts = json.putObject("charts");
    wide.forEach(chart -> chart.data().ifPresent(drawn -> charts.set(chart.id(), drawn)));
    narrow.forEach(chart -> chart.data().ifPresent(drawn -> charts.set(chart.id(), drawn)));
    html.newLine()
        .verbatim("script", ScriptJson.write(json), "type", "application/json", "id", "data");
    html.newLine().verbatim("script", library).newLine().verbatim("script", script);
    return html.end().end().newLine().toString();
  }

  private void head(String library, String script, String style) {
    html.newLine().start("head").empty("meta", "charset", "utf-8");
    html.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src "
            + hash(style)
            + "; script-src "
            + hash(library)
            + " "
            + hash(script));
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.empty("meta", "name", "referrer", "content", "no-referrer");
    html.empty("meta", "name", "generator", "content", "Trawl on Spark " + Version.current());
    html.empty("link", "rel", "icon", "href", "data:,");
    html.element("title", "Sweep " + data.sweep().name() + " of " + data.sweep().model());
    html.verbatim("style", style).end();
  }

  /** Returns the hash by which a content security policy admits this script or style. */
  private static String hash(String text) {
    return "'sha256-" + Base64.getEncoder().encodeToString(DigestUtils.sha256(text)) + "'";
  }
}
