package io.github.trawl.sweep.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer of a sweep in sentences.
 *
 * @param headline what the best point does on test, in one sentence
 * @param details how certain that is and what else was found, a sentence each
 */
record SweepConclusion(String headline, List<String> details) {

  static SweepConclusion of(ReportData data, List<SeedGroup> groups) {
    Optional<Point> best = data.best();
    if (best.isEmpty()) {
      return new SweepConclusion(headlineWithoutBest(data), List.of());
    }
    Selection selection = data.selection().orElseThrow();
    List<String> details = new ArrayList<>();
    Point point = best.get();
    point.test().ifPresent(test -> details.add(testPValueSentence(test, data.sweep())));
    controlsSentence(point, data).ifPresent(details::add);
    composedSentence(data).ifPresent(details::add);
    details.add(selectionSentence(point, selection, data.sweep()));
    seedsSentence(point, groups, data.sweep()).ifPresent(details::add);
    selection
        .suggested()
        .flatMap(data::find)
        .ifPresent(suggested -> details.add(suggestionSentence(suggested, point)));
    return new SweepConclusion(
        point.test().isPresent()
            ? testHeadline(point, data)
            : "No answer yet: the best on validation so far is \u201c"
                + point.label()
                + "\u201d, and it has not seen the test examples.",
        details);
  }

  /** Returns a sentence with the test score of the last composed point that has one. */
  private static Optional<String> composedSentence(ReportData data) {
    Numbers numbers = new Numbers(data.sweep().metric());
    return data.points().stream()
        .filter(point -> point.edit().kind() == EditKind.COMPOSED && point.test().isPresent())
        .reduce((one, later) -> later)
        .map(
            point ->
                "The composed point \u201c"
                    + point.label()
                    + "\u201d has "
                    + numbers.value(point.test().get().score())
                    + " on test, a difference of "
                    + numbers.difference(point.test().get().difference().value())
                    + numbers.differenceUnit()
                    + " "
                    + numbers.interval(point.test().get().difference())
                    + ".");
  }

  /**
   * Returns a sentence on how many controls of the best point do as well on test. Their ids begin
   * with the id of the point.
   */
  private static Optional<String> controlsSentence(Point best, ReportData data) {
    List<SplitResult> tests =
        data.points().stream()
            .filter(point -> point.edit().kind() == EditKind.CONTROL)
            .filter(point -> point.id().startsWith(best.id() + "-control"))
            .flatMap(point -> point.test().stream())
            .toList();
    if (tests.isEmpty() || best.test().isEmpty()) {
      return Optional.empty();
    }
    double own = best.test().get().score().value();
    SelectionMetric metric = data.sweep().metric();
    long asGood =
        tests.stream().filter(test -> !metric.improves(own - test.score().value())).count();
    return Optional.of(
        "Of "
            + Numbers.count(tests.size(), "control")
            + ", models whose weights were changed at random by as much, "
            + Numbers.count(asGood)
            + (asGood == 1 ? " does" : " do")
            + " as well on the test examples.");
  }

  private static String headlineWithoutBest(ReportData data) {
    int planned = data.sweep().plannedPoints();
    if (planned > 0 && data.failed().size() == planned) {
      return planned == 1
          ? "No answer: the only point failed."
          : "No answer: all " + Numbers.count(planned) + " points failed.";
    }
    return data.sweep().finished()
        ? "No answer: no point saw all validation examples."
        : "No answer yet: no point has seen all validation examples.";
  }

  /** Returns what a point that has seen the test examples did on them, and whether it helped. */
  private static String testHeadline(Point point, ReportData data) {
    SweepOverview sweep = data.sweep();
    Numbers numbers = new Numbers(sweep.metric());
    SplitResult test = point.test().orElseThrow();
    Difference difference = test.difference();
    String name = "\u201c" + point.label() + "\u201d";
    String change =
        sweep.metric().name()
            + " on test went from "
            + numbers.value(test.score().value() - difference.value())
            + " to "
            + numbers.value(test.score())
            + ", a difference of "
            + numbers.difference(difference.value())
            + numbers.differenceUnit()
            + " "
            + numbers.interval(difference);
    if (difference.isNoise()) {
      return "Nothing is shown to help: with the best on validation, "
          + name
          + ", "
          + change
          + ", which may be noise.";
    }
    return sweep.metric().improves(difference.value())
        ? name + " helped: " + change + "."
        : "Nothing helped: with the best on validation, "
            + name
            + ", "
            + change
            + ": it got worse.";
  }

  private static String testPValueSentence(SplitResult test, SweepOverview sweep) {
    return "On "
        + Numbers.count(test.difference().examples(), "test example")
        + ", "
        + sweep.pairedTest()
        + " gives "
        + Numbers.pEquals(test.difference().pValue())
        + "; brackets are "
        + Numbers.decimals(100 * sweep.confidence(), 0)
        + "\u00a0% intervals.";
  }

  private static String selectionSentence(Point best, Selection selection, SweepOverview sweep) {
    Numbers numbers = new Numbers(sweep.metric());
    Difference difference = best.validation().difference();
    StringBuilder text = new StringBuilder();
    text.append(
        selection.candidateCount() == 1
            ? "It is the only candidate; on "
            : "It is the best of "
                + Numbers.count(selection.candidateCount(), "candidate")
                + "; on ");
    text.append(Numbers.count(difference.examples(), "validation example"));
    text.append(" its difference was ").append(numbers.difference(difference.value()));
    text.append(numbers.differenceUnit()).append(" ").append(numbers.interval(difference));
    best.familyWiseP()
        .ifPresent(
            p ->
                text.append(", family-wise ")
                    .append(Numbers.pEquals(p))
                    .append(" among ")
                    .append(Numbers.count(selection.familySize(), "point")));
    text.append('.');
    int others = selection.indistinguishable().size() - 1;
    if (others > 0) {
      text.append(" ").append(Numbers.count(others, "other point"));
      text.append(" can\u2019t be told from it.");
    }
    return text.toString();
  }

  /** Returns a sentence on other seeds of the best edit; empty if the edit has no random start. */
  private static Optional<String> seedsSentence(
      Point best, List<SeedGroup> groups, SweepOverview sweep) {
    Optional<SeedGroup> group =
        groups.stream()
            .filter(some -> some.members().stream().anyMatch(member -> member.point().equals(best)))
            .filter(some -> some.seeds() > 1)
            .findFirst();
    if (group.isEmpty()) {
      return best.edit().seed().isPresent()
          ? Optional.of(
              "No other seed of this edit was tried, so whether the rank or the seed made it the"
                  + " best is unknown.")
          : Optional.empty();
    }
    Numbers numbers = new Numbers(sweep.metric());
    SeedGroup found = group.get();
    Difference own = best.validation().difference();
    double spread = found.highest().difference() - found.lowest().difference();
    String range =
        "Over "
            + Numbers.count(found.seeds())
            + " seeds the same edit makes a difference of "
            + found.spread(numbers)
            + numbers.differenceUnit()
            + " on validation";
    return Optional.of(
        range
            + (found.seedsDisagree() || spread > own.high() - own.low()
                ? ": the result is due to the seed rather than to the rank."
                : "."));
  }

  private static String suggestionSentence(Point suggested, Point best) {
    return suggested.equals(best)
        ? "No milder edit lies within one standard error of it."
        : "Suggested: \u201c"
            + suggested.label()
            + "\u201d, the mildest within one standard error of the best.";
  }
}
