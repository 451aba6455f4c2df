package io.github.trawl.sweep.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the top of the page: what was swept, how far the sweep has come, and the answer with its
 * figures.
 */
final class PageHeader {
  private final ReportData data;
  private final List<SeedGroup> groups;
  private final Numbers numbers;

  PageHeader(ReportData data, List<SeedGroup> groups) {
    this.data = data;
    this.groups = groups;
    this.numbers = new Numbers(data.sweep().metric());
  }

  void header(Html html) {
    SweepOverview sweep = data.sweep();
    html.newLine().start("header");
    html.start("p", "class", "kicker").text("Trawl sweep of ").element("b", sweep.model()).end();
    html.element("h1", sweep.name());
    html.element(
        "p",
        sweep.tasks()
            + " \u00b7 picked by "
            + sweep.metric().name()
            + " on "
            + Numbers.count(sweep.validationExamples(), "validation example")
            + ", reported on "
            + Numbers.count(sweep.testExamples(), "test example")
            + (sweep.writtenAt().isBlank() ? "" : " \u00b7 " + sweep.writtenAt()),
        "class",
        "about");
    progressWarning()
        .ifPresent(text -> html.element("p", text, "class", "warning", "role", "note"));
    html.end();
  }

  void answer(Html html) {
    SweepConclusion answer = SweepConclusion.of(data, groups);
    html.newLine();
    html.start("section", "id", "answer", "aria-labelledby", "answer-title", "tabindex", "-1");
    html.element("h2", "The answer", "id", "answer-title");
    html.element("p", answer.headline(), "class", "headline");
    html.start("p", "class", "details");
    html.text(String.join(" ", answer.details())).end();
    figures(html);
    html.end();
  }

  /**
   * Returns what is still to come or has failed, so that no reader mistakes partial results for
   * complete ones; empty if everything is done.
   */
  private Optional<String> progressWarning() {
    List<String> parts = new ArrayList<>();
    SweepOverview sweep = data.sweep();
    long complete = data.count(PointState.COMPLETE);
    long pruned = data.count(PointState.PRUNED);
    String progress =
        Numbers.count(complete + pruned)
            + " of "
            + Numbers.count(sweep.plannedPoints(), "point")
            + " are done ("
            + Numbers.count(complete)
            + " complete, "
            + Numbers.count(pruned)
            + " pruned)"
            + countPhrase(data.count(PointState.PARTIAL), "under way")
            + countPhrase(data.failed().size(), "failed")
            + countPhrase(data.missingCount(), "to come")
            + ".";
    if (!sweep.finished()) {
      parts.add("Unfinished: " + progress);
      if (data.points().stream().noneMatch(point -> point.test().isPresent())) {
        parts.add("No point has seen the test examples: validation values flatter the best.");
      }
    } else if (!data.failed().isEmpty() || data.missingCount() > 0) {
      parts.add("Incomplete: " + progress);
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", parts));
  }

  private static String countPhrase(long count, String what) {
    return count == 0 ? "" : ", " + Numbers.count(count) + " " + what;
  }

  /** Writes the scores of the unmodified model and the best point, and the candidate count. */
  private void figures(Html html) {
    html.start("dl", "class", "figures");
    Optional<Point> best = data.best();
    data.unmodified()
        .ifPresent(
            model ->
                model
                    .test()
                    .ifPresentOrElse(
                        test -> score("Unmodified, test", test, html),
                        () -> score("Unmodified, validation", model.validation(), html)));
    best.ifPresent(
        point -> {
          boolean tested = point.test().isPresent();
          SplitResult measured = point.test().orElse(point.validation());
          String split = tested ? "test" : "validation";
          score("Best, " + split, measured.score(), html);
          Difference difference = measured.difference();
          figure(
              "Difference, " + split,
              numbers.difference(difference.value()),
              numbers.interval(difference) + " n " + Numbers.count(difference.examples()),
              html);
          figure("p, " + split, Numbers.p(difference.pValue()), data.sweep().pairedTest(), html);
          point
              .familyWiseP()
              .ifPresent(
                  p ->
                      figure(
                          "Family-wise p, validation",
                          Numbers.p(p),
                          "among "
                              + Numbers.count(data.selection().orElseThrow().familySize(), "point"),
                          html));
        });
    figure(
        "Candidates tried",
        Numbers.count(
            data.selection().map(Selection::candidateCount).orElseGet(() -> data.points().size())),
        "of "
            + Numbers.count(data.sweep().plannedPoints())
            + " planned, "
            + Numbers.count(data.failed().size())
            + " failed",
        html);
    html.end();
  }

  private void score(String title, Score score, Html html) {
    figure(
        title,
        numbers.value(score),
        numbers.interval(score) + " n " + Numbers.count(score.examples()),
        html);
  }

  private static void figure(String title, String value, String note, Html html) {
    html.start("div").element("dt", title).start("dd").element("b", value).text(" ");
    html.element("small", note).end().end();
  }
}
