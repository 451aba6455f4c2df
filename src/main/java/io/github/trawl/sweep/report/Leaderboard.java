package io.github.trawl.sweep.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The table of all points with a value, the unmodified model first. */
final class Leaderboard {
  private static final String NONE = "";

  /**
   * The most points that are listed: more would make sorting slow in a browser, and nobody would
   * read them.
   */
  private static final int MAX_ROWS = 2_000;

  private final ReportData data;
  private final Numbers numbers;
  private final Map<Integer, SeedGroup> groupsByPoint = new HashMap<>();
  private final List<String> otherMetricNames;

  Leaderboard(ReportData data, List<SeedGroup> groups) {
    this.data = data;
    this.numbers = new Numbers(data.sweep().metric());
    for (SeedGroup group : groups) {
      group.members().forEach(member -> this.groupsByPoint.put(member.index(), group));
    }
    Set<String> names = new LinkedHashSet<>();
    data.unmodified()
        .ifPresent(model -> model.otherScores().forEach(score -> names.add(score.name())));
    data.points().forEach(point -> point.otherScores().forEach(score -> names.add(score.name())));
    this.otherMetricNames = List.copyOf(names);
  }

  void write(Html html) {
    html.newLine().start("section", "id", "leaderboard", "aria-labelledby", "leaderboard-title");
    html.element("h2", "Leaderboard", "id", "leaderboard-title");
    if (data.points().isEmpty() && data.unmodified().isEmpty()) {
      html.element("p", "No point has a value yet.", "class", "nothing").end();
      return;
    }
    html.element("p", explanation());
    html.start("form", "id", "filters", "class", "controls", "hidden", "hidden").end();
    html.start(
        "div",
        "class",
        "scroll tall",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Leaderboard, scrolls");
    html.start("table", "id", "board", "class", "board");
    html.element("caption", caption());
    head(html);
    html.start("tbody");
    data.unmodified().ifPresent(model -> unmodified(model, html));
    int place = 0;
    List<Integer> order = order();
    for (int index : order.subList(0, Math.min(order.size(), MAX_ROWS))) {
      place += data.points().get(index).complete() ? 1 : 0;
      row(index, place, html);
    }
    html.end().end().end();
    html.element("p", NONE, "id", "shown", "class", "counts", "role", "status").end();
  }

  private String explanation() {
    SweepOverview sweep = data.sweep();
    return "Ordered by the value on validation; points that have not seen all "
        + Numbers.count(sweep.validationExamples())
        + " validation examples come last, without a place. Differences are to the unmodified model"
        + " on the same examples, in "
        + (sweep.metric().proportion() ? "percentage points" : "units of the metric")
        + ". p is of "
        + sweep.pairedTest()
        + " for one point alone; family-wise p allows for the number of points. "
        + CountSentences.intervals(sweep);
  }

  private String caption() {
    return Numbers.count(data.points().size(), "point")
        + " with a value: "
        + Numbers.count(data.count(PointState.COMPLETE))
        + " complete, "
        + Numbers.count(data.count(PointState.PRUNED))
        + " pruned, "
        + Numbers.count(data.count(PointState.PARTIAL))
        + " under way; the columns n count validation and test examples."
        + (data.points().size() > MAX_ROWS
            ? " The first " + Numbers.count(MAX_ROWS) + " are listed; the charts count all."
            : "");
  }

  /** Returns the indices of the points, the best complete one first. */
  private List<Integer> order() {
    double sign = data.sweep().metric().higherIsBetter() ? -1 : 1;
    Comparator<Point> best =
        Comparator.comparing((Point point) -> !point.complete())
            .thenComparingInt(point -> -point.validation().score().examples())
            .thenComparingDouble(point -> sign * point.validation().score().value())
            .thenComparing(Point::id);
    return IntStream.range(0, data.points().size())
        .boxed()
        .sorted(Comparator.comparing(data.points()::get, best))
        .toList();
  }

  private void head(Html html) {
    html.start("thead").start("tr");
    column("Place", "place", html);
    column("Edit", "edit", html);
    column("Rank", "rank", html);
    column("Seed", "seed", html);
    column("Validation", "value", html);
    column("n", "examples", html);
    column("Difference", "difference", html);
    column("p", "p", html);
    column("Family-wise p", "familyWiseP", html);
    column("Test", "test", html);
    column("n", "", html);
    column("Difference on test", "testDifference", html);
    column("p on test", "testP", html);
    column("Fit", "fit", html);
    column("Seeds of this edit", "", html);
    otherMetricNames.forEach(name -> column(name, "", html));
    html.end().end();
  }

  /**
   * Writes the header of a column.
   *
   * @param key name of the data by which the script sorts the column; empty for a column that can't
   *     be sorted
   */
  private static void column(String title, String key, Html html) {
    if (key.isEmpty()) {
      html.element("th", title, "scope", "col");
      return;
    }
    html.start("th", "scope", "col", "aria-sort", key.equals("place") ? "ascending" : "none");
    html.element("button", title, "type", "button", "data-key", key).end();
  }

  private void unmodified(UnmodifiedResults model, Html html) {
    Optional<Score> test = model.test();
    html.newLine().start("tr", "class", "unmodified").element("td", NONE);
    html.element("th", "unmodified model", "scope", "row").element("td", NONE).element("td", NONE);
    score(Optional.of(model.validation()), html);
    empty(3, html); // difference, p and family-wise p
    score(test, html);
    empty(2, html); // difference on test and p on test
    html.element("td", "1").element("td", NONE); // the fit of unchanged weights, and no seeds
    others(model.otherScores(), html);
    html.end();
  }

  /**
   * Writes the row of a point.
   *
   * @param index of the point in the report's data
   * @param place from 1; shown only if the point is complete
   */
  private void row(int index, int place, Html html) {
    Point point = data.points().get(index);
    Edit edit = point.edit();
    html.newLine().start("tr", "data-i", String.valueOf(index));
    html.element("td", point.complete() ? String.valueOf(place) : "\u2013");
    html.start("th", "scope", "row").text(point.label());
    notes(point, html);
    html.end();
    html.element("td", edit.rank().isPresent() ? String.valueOf(edit.rank().getAsInt()) : NONE);
    html.element("td", edit.seed().isPresent() ? String.valueOf(edit.seed().getAsLong()) : NONE);
    score(Optional.of(point.validation().score()), html);
    difference(Optional.of(point.validation().difference()), html);
    html.element(
        "td",
        point.familyWiseP().isPresent() ? Numbers.p(point.familyWiseP().getAsDouble()) : NONE);
    score(point.test().map(SplitResult::score), html);
    difference(point.test().map(SplitResult::difference), html);
    html.element("td", point.fit().isPresent() ? Numbers.digits(point.fit().getAsDouble()) : NONE);
    SeedGroup group = groupsByPoint.get(index);
    html.element(
        "td",
        group == null || group.seeds() == 1 ? NONE : group.seeds() + ": " + group.spread(numbers));
    others(point.otherScores(), html);
    html.end();
  }

  private void score(Optional<Score> score, Html html) {
    if (score.isEmpty()) {
      empty(2, html);
      return;
    }
    html.start("td").text(numbers.value(score.get()) + " ");
    html.element("small", numbers.interval(score.get())).end();
    html.element("td", Numbers.count(score.get().examples()));
  }

  private void difference(Optional<Difference> difference, Html html) {
    if (difference.isEmpty()) {
      empty(2, html);
      return;
    }
    Difference present = difference.get();
    String effect =
        present.isNoise()
            ? "noise"
            : data.sweep().metric().improves(present.value()) ? "better" : "worse";
    html.start("td", "class", effect).text(numbers.difference(present.value()) + " ");
    html.element("small", numbers.interval(present)).end();
    html.element("td", Numbers.p(present.pValue()));
  }

  private void others(List<OtherScore> scores, Html html) {
    for (String name : otherMetricNames) {
      html.element(
          "td",
          scores.stream()
              .filter(score -> score.name().equals(name))
              .findFirst()
              .map(
                  score ->
                      Numbers.otherScore(score)
                          + " (n\u00a0"
                          + Numbers.count(score.examples())
                          + ")")
              .orElse(NONE));
    }
  }

  private static void empty(int cells, Html html) {
    for (int i = 0; i < cells; i++) {
      html.element("td", NONE);
    }
  }

  /** Writes notes below the label of a point, such as that it is the best on validation. */
  private void notes(Point point, Html html) {
    List<String> strong = new ArrayList<>();
    List<String> others = new ArrayList<>();
    data.selection()
        .ifPresent(
            selection -> {
              boolean best = selection.best().equals(point.id());
              if (best) {
                strong.add("best on validation");
              }
              if (selection.suggested().filter(point.id()::equals).isPresent()) {
                strong.add("suggested");
              }
              if (!best && selection.indistinguishable().contains(point.id())) {
                others.add("can\u2019t be told from the best");
              }
            });
    if (point.edit().kind() != EditKind.TRAWL) {
      others.add(point.edit().kind().label());
    }
    if (!point.complete()) {
      others.add(
          point.state().label() + " after " + Numbers.count(point.validation().score().examples()));
    }
    if (strong.isEmpty() && others.isEmpty()) {
      return;
    }
    html.text(" ").start("span", "class", "notes");
    strong.forEach(note -> html.element("span", note, "class", "note strong").text(" "));
    others.forEach(note -> html.element("span", note, "class", "note").text(" "));
    html.end();
  }
}
