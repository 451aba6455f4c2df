package io.github.trawl.sweep.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

class ReportPageTest {
  private static final String HOSTILE =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;]]>\u2028\u0000\u202e";

  static Stream<Arguments> sweeps() {
    return Stream.of(
        Arguments.of("large", MadeUpSweep.large()),
        Arguments.of("unraced", MadeUpSweep.unraced()),
        Arguments.of("single", MadeUpSweep.single()),
        Arguments.of("unfinished", MadeUpSweep.unfinished()),
        Arguments.of("nothing", MadeUpSweep.nothing()),
        Arguments.of("all failed", MadeUpSweep.allFailed()),
        Arguments.of("hostile", hostile()),
        Arguments.of("2,000 points", MadeUpSweep.ofSize(2000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sweeps")
  void needsNoOtherFileAndIsSmall(String name, ReportData data) {
    String page = ReportPage.of(data);
    assertThat(page.getBytes(StandardCharsets.UTF_8).length).isLessThan(3_000_000);

    PageDocument document = PageDocument.parse(page);
    for (Element element : document.elements("*")) {
      for (String reference : List.of("src", "href", "action", "data", "poster", "srcset")) {
        assertThat(element.getAttribute(reference)).matches("|#[a-z]+|data:,");
      }
    }
    assertThat(document.text("style")).doesNotContain("url(", "@import");
    assertThat(document.attribute("meta[http-equiv]", "content"))
        .startsWith("default-src 'none'")
        .doesNotContain("unsafe", "http", "*");
    assertThat(document.elements("h1")).hasSize(1);
    assertThat(document.ids()).doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sweeps")
  void givesTheSamePageForTheSameData(String name, ReportData data) {
    assertThat(ReportPage.of(data)).isEqualTo(ReportPage.of(data));
  }

  @Test
  void showsHostileTextAsText() throws Exception {
    String page = ReportPage.of(hostile());
    assertThat(page.split("<script", -1).length).isEqualTo(4);
    for (String forbidden : List.of("<img", "\u202e", "\u0000")) {
      assertThat(page.replace(Resources.library(), "").contains(forbidden)).as(forbidden).isFalse();
    }

    PageDocument document = PageDocument.parse(page);
    String shown = HOSTILE.replace('\u0000', '\ufffd').replace('\u202e', '\ufffd');
    assertThat(document.elements("script")).hasSize(3);
    assertThat(document.text("h1")).isEqualTo(shown);
    assertThat(document.rows("board").get(2).get(1)).startsWith(shown);
    assertThat(document.text("pre")).isEqualTo(shown);
    JsonNode json = new ObjectMapper().readTree(document.text("script[type]"));
    assertThat(json.at("/points/label/0").asText()).isEqualTo(HOSTILE.replace('\u202e', '\ufffd'));
    assertThat(document.text("script[type]").contains("\u2028")).isFalse();
  }

  @Test
  void showsLinesThatEndAsOnWindows() {
    assertThat(CleanText.of("a:\r\n- b\rc")).isEqualTo("a:\n- b\ufffdc");
  }

  @Test
  void leaderboardHoldsTheNumbersOfTheData() {
    ReportData data = MadeUpSweep.large();
    List<List<String>> rows = PageDocument.parse(ReportPage.of(data)).rows("board");
    assertThat(rows).hasSize(data.points().size() + 2);
    List<String> head = rows.get(0);
    for (Point point : data.points()) {
      List<String> row =
          rows.stream()
              .filter(
                  cells ->
                      cells.get(1).startsWith(point.label() + " ")
                          || cells.get(1).equals(point.label()))
              .findFirst()
              .orElseThrow();
      assertThat(row.get(head.indexOf("Validation"))).isEqualTo(score(point.validation().score()));
      assertThat(row.get(head.indexOf("n"))).isEqualTo(count(point.validation().score()));
      assertThat(row.get(head.indexOf("Difference")))
          .isEqualTo(difference(point.validation().difference()));
      assertThat(row.get(head.indexOf("Test")))
          .isEqualTo(point.test().map(test -> score(test.score())).orElse(""));
      assertThat(row.get(head.indexOf("Difference on test")))
          .isEqualTo(point.test().map(test -> difference(test.difference())).orElse(""));
    }
  }

  @Test
  void leaderboardIsOrderedByValidationWithTheUnfinishedLast() {
    ReportData data = MadeUpSweep.large();
    List<List<String>> rows = PageDocument.parse(ReportPage.of(data)).rows("board");
    int complete = (int) data.count(PointState.COMPLETE);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < complete; i++) {
      assertThat(rows.get(i + 2).get(0)).isEqualTo(String.valueOf(i + 1));
      values.add(Double.valueOf(rows.get(i + 2).get(4).replaceAll("\u00a0.*", "")));
    }
    assertThat(values).isSortedAccordingTo((one, other) -> Double.compare(other, one));
    assertThat(rows.subList(complete + 2, rows.size()))
        .allMatch(row -> row.get(0).equals("\u2013"));
  }

  @Test
  void chartTablesHoldTheNumbersOfTheData() {
    ReportData data = MadeUpSweep.unraced();
    PageDocument document = PageDocument.parse(ReportPage.of(data));
    List<List<String>> fit = document.rows("fit");
    List<List<String>> curse = document.rows("curse");
    for (Point point : data.points()) {
      if (point.relativeError().isPresent()) {
        assertThat(fit)
            .anySatisfy(
                row -> {
                  assertThat(row.get(0)).isEqualTo(point.label());
                  assertThat(Double.parseDouble(row.get(1)))
                      .isCloseTo(1 - point.relativeError().getAsDouble(), within());
                  assertThat(row.get(2)).isEqualTo(percent(point.validation().score().value()));
                });
      }
      assertThat(curse.stream().filter(row -> row.get(0).equals(point.label())).count())
          .isEqualTo(point.complete() && point.test().isPresent() ? 1 : 0);
    }
    assertThat(curse).hasSize(42);
    Spectrum spectrum = data.spectra().get(3);
    assertThat(document.rows("spectrum"))
        .anySatisfy(
            row -> {
              assertThat(row.subList(0, 3))
                  .containsExactly(
                      spectrum.stack(),
                      Labels.method(spectrum.method()),
                      String.valueOf(spectrum.rank()));
              assertThat(Double.parseDouble(row.get(5)))
                  .isCloseTo(spectrum.values().get(0), Offset.offset(0.01));
            });
  }

  @Test
  void rankTableShowsTheMiddleSeedAndTheSpread() {
    List<Double> differences = List.of(0.03, -0.207, 0.046, 0.033);
    List<Point> points = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      points.add(point("p" + seed, "seed " + seed, differences.get(seed), seed));
    }
    ReportData data = of(points, Optional.of(choice("p2", 4)), true);
    PageDocument document = PageDocument.parse(ReportPage.of(data));
    assertThat(document.rows("rank").get(1))
        .containsExactly(
            "layer 11",
            "fc",
            "CP",
            "10",
            "4",
            "53.00\u00a0%",
            "[52.00, 54.00]",
            "1,000",
            "29.30\u00a0%",
            "54.60\u00a0%");
    assertThat(document.rows("heat").get(1))
        .contains("+3.00", "4: \u221220.70\u00a0\u2026\u00a0+4.60", "noise: seeds disagree");
    assertThat(document.text("section#answer"))
        .contains("Over 4 seeds")
        .contains("the result is due to the seed rather than to the rank");
  }

  @Test
  void editsThatDifferInStrategyOrSettingsAreNoSeedsOfOneAnother() {
    List<Point> points = new ArrayList<>();
    List<Double> differences = List.of(0.01, 0.02, -0.03, -0.05);
    for (int i = 0; i < 4; i++) {
      String variant = i < 2 ? "strategy layer" : "strategy model";
      Edit edit = edit(EditKind.TRAWL, variant, i % 2);
      points.add(point("p" + i, "point " + i, differences.get(i), edit, Optional.empty()));
    }
    // Better than the edit that it belongs to, and worse than the other one.
    Edit control = edit(EditKind.CONTROL, "strategy model", 1);
    points.add(point("c", "control", -0.02, control, Optional.empty()));
    PageDocument document =
        PageDocument.parse(ReportPage.of(of(points, Optional.of(choice("p1", 4)), true)));

    // Of an even number of seeds the worse one is the middle.
    assertThat(document.rows("rank").subList(1, 3))
        .extracting(row -> List.of(row.get(2), row.get(4), row.get(5)))
        .containsExactly(
            List.of("CP, strategy layer", "2", "51.00\u00a0%"),
            List.of("CP, strategy model", "2", "45.00\u00a0%"));
    assertThat(document.rows("heat").subList(1, 3))
        .extracting(row -> row.get(0))
        .containsExactly("fc \u00b7 CP, strategy layer", "fc \u00b7 CP, strategy model");
    assertThat(document.rows("kinds"))
        .extracting(row -> row.get(0))
        .containsExactly(
            "Method", "CP, strategy layer", "CP, strategy model", "CP, strategy model (Control)");
    assertThat(document.text("main"))
        .contains("0 of 1\u00a0edit with a control did better than it")
        .contains("Over 2 seeds the same edit makes a difference of +1.00\u00a0\u2026\u00a0+2.00");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0, -0.02})
  void answerSaysWhatTestSays(double difference) {
    Point tested = point("p", "the edit", 0.03, 0, Optional.of(measured(difference)));
    String answer =
        PageDocument.parse(ReportPage.of(of(List.of(tested), Optional.of(choice("p", 1)), true)))
            .text("section#answer");
    assertThat(answer)
        .contains(
            difference > 0
                ? "\u201cthe edit\u201d helped: accuracy on test went from 50.00\u00a0% to 52.00\u00a0%,"
                    + " a difference of +2.00\u00a0points [+1.00, +3.00]."
                : difference == 0 ? "Nothing is shown to help" : "it got worse")
        .contains("On 1,000\u00a0test examples, the paired test gives p\u00a0=\u00a00.031")
        .contains("It is the only candidate");
  }

  @Test
  void saysAtTheTopWhatIsUnfinished() {
    String header = PageDocument.parse(ReportPage.of(MadeUpSweep.unfinished())).text("header");
    assertThat(header)
        .contains("Unfinished", "1 under way", "to come", "No point has seen the test");
    assertThat(PageDocument.parse(ReportPage.of(MadeUpSweep.single())).text("header"))
        .doesNotContain("Unfinished", "Incomplete");
    assertThat(PageDocument.parse(ReportPage.of(MadeUpSweep.allFailed())).text("main"))
        .contains("No answer: all 2 points failed.", "rank 1200 exceeds");
  }

  @Test
  void everyChartSaysWhatItCounts() {
    PageDocument document = PageDocument.parse(ReportPage.of(MadeUpSweep.large()));
    List<Element> charts = document.elements("div[data-chart]");
    assertThat(charts).hasSize(8);
    for (Element chart : charts) {
      Element section = (Element) chart.getParentNode();
      assertThat(section.getTextContent())
          .matches(Pattern.compile(".*Counts [0-9,]+.*", Pattern.DOTALL));
      assertThat(section.getElementsByTagName("table").getLength()).isEqualTo(1);
    }
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-4);
  }

  static ReportData hostile() {
    Point point =
        new Point(
            HOSTILE,
            HOSTILE,
            new Edit(
                EditKind.TRAWL,
                List.of(1),
                HOSTILE,
                HOSTILE,
                HOSTILE,
                OptionalInt.of(2),
                OptionalLong.of(1)),
            PointState.COMPLETE,
            OptionalDouble.of(0.5),
            measured(0.02),
            OptionalDouble.of(0.5),
            Optional.of(measured(0.01)),
            List.of(new OtherScore(HOSTILE, 1, false, 2)));
    return new ReportData(
        new SweepOverview(
            HOSTILE,
            HOSTILE,
            HOSTILE,
            new SelectionMetric(HOSTILE, true, true),
            HOSTILE,
            1000,
            1000,
            0.95,
            2,
            true,
            HOSTILE),
        Optional.of(
            new UnmodifiedResults(
                new Score(0.5, 0.4, 0.6, 1000),
                Optional.of(new Score(0.5, 0.4, 0.6, 1000)),
                List.of())),
        Optional.of(choice(HOSTILE, 1)),
        List.of(point),
        List.of(new FailedPoint("f", HOSTILE, HOSTILE, 1, HOSTILE)),
        List.of(new Spectrum(HOSTILE, HOSTILE, 2, HOSTILE, List.of(2.0, 1.0))),
        List.of(new RaceRoundCounts(1000, 1, 1)),
        List.of(new CostStep(HOSTILE, 1, 1, OptionalLong.of(1), OptionalLong.empty())),
        HOSTILE,
        Map.of(HOSTILE, HOSTILE));
  }

  private static Selection choice(String best, int candidates) {
    return new Selection(best, Optional.of(best), Set.of(best), candidates, candidates);
  }

  private static ReportData of(
      List<Point> points, Optional<Selection> selection, boolean finished) {
    return new ReportData(
        new SweepOverview(
            "a sweep",
            "a model",
            "a task",
            SelectionMetric.ACCURACY,
            "the paired test",
            1000,
            1000,
            0.95,
            points.size(),
            finished,
            "today"),
        Optional.of(
            new UnmodifiedResults(new Score(0.5, 0.47, 0.53, 1000), Optional.empty(), List.of())),
        selection,
        points,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        "",
        Map.of());
  }

  private static Point point(String id, String label, double difference, long seed) {
    return point(id, label, difference, seed, Optional.empty());
  }

  private static Point point(
      String id, String label, double difference, long seed, Optional<SplitResult> test) {
    return point(id, label, difference, edit(EditKind.TRAWL, "", seed), test);
  }

  private static Edit edit(EditKind kind, String variant, long seed) {
    return new Edit(
        kind, List.of(11), "fc", "cp", variant, OptionalInt.of(10), OptionalLong.of(seed));
  }

  private static Point point(
      String id, String label, double difference, Edit edit, Optional<SplitResult> test) {
    return new Point(
        id,
        label,
        edit,
        PointState.COMPLETE,
        OptionalDouble.of(0.978),
        measured(difference),
        OptionalDouble.empty(),
        test,
        List.of());
  }

  private static SplitResult measured(double difference) {
    return new SplitResult(
        new Score(0.5 + difference, 0.49 + difference, 0.51 + difference, 1000),
        new Difference(difference, difference - 0.01, difference + 0.01, 0.031, 1000));
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f\u00a0%%", 100 * value);
  }

  private static String score(Score score) {
    return percent(score.value())
        + String.format(Locale.ROOT, " [%.2f, %.2f]", 100 * score.low(), 100 * score.high());
  }

  private static String count(Score score) {
    return String.format(Locale.ROOT, "%,d", score.examples());
  }

  private static String difference(Difference difference) {
    String text =
        String.format(
            Locale.ROOT,
            "%+.2f [%+.2f, %+.2f]",
            100 * difference.value(),
            100 * difference.low(),
            100 * difference.high());
    return Pattern.compile("[+-](0\\.00)").matcher(text).replaceAll("$1").replace('-', '\u2212');
  }
}
