package io.github.trawl.sweep.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page as a browser shows it. */
@Tag("slow")
class ReportBrowserTest {
  private static final List<Integer> WIDTHS = List.of(375, 1280);
  private static final List<String> SCHEMES = List.of("light", "dark");

  @TempDir private static Path folder;
  private static Chromium browser;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> binary = Chromium.binary();
    assumeTrue(binary.isPresent(), "no chromium on the path: pages are not looked at");
    browser = new Chromium(binary.get(), folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.github.trawl.sweep.report.ReportPageTest#sweeps")
  void drawsEveryChartAtEveryWidthInBothSchemes(String name, ReportData data) throws Exception {
    Path file = write(data);
    for (String scheme : SCHEMES) {
      for (int width : WIDTHS) {
        browser.show(width, 800, scheme);
        browser.open(file);
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isSubsetOf(file.toUri().toString(), "data:,").isNotEmpty();
        browser.forget();
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
            .isLessThanOrEqualTo(width);
        for (JsonNode chart : browser.evaluate(DRAWN)) {
          assertThat(chart.get("width").asInt()).as(chart.toString()).isGreaterThan(250);
          assertThat(chart.get("height").asInt()).as(chart.toString()).isGreaterThan(80);
          assertThat(chart.get("colours").asInt()).as(chart.toString()).isGreaterThan(2);
          assertThat(chart.get("label").asText()).as(chart.toString()).contains("Counts");
        }
        if (data.unmodified().isPresent()) {
          double line = 100 * data.unmodified().get().validation().value();
          for (JsonNode axis : browser.evaluate(VERTICAL_AXES)) {
            assertThat(line).isBetween(axis.get(0).asDouble(), axis.get(1).asDouble());
          }
        }
        assertThat(browser.evaluate("document.querySelectorAll('.canvas canvas').length").asInt())
            .isEqualTo(
                browser.evaluate("document.querySelectorAll('[data-chart]').length").asInt());
      }
    }
  }

  /** Size of each chart, and in how many different colours its pixels are. */
  private static final String DRAWN =
      """
      [...document.querySelectorAll('[data-chart]')].map(figure => {
        const box = figure.querySelector('.canvas');
        const canvas = box.querySelector('canvas');
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const colours = new Set();
        for (let i = 0; i < pixels.length; i += 4) {
          if (pixels[i + 3] === 255) colours.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
        }
        return { id: figure.dataset.chart, width: canvas.clientWidth, height: canvas.clientHeight,
          colours: colours.size, label: box.getAttribute('aria-label') };
      })
      """;

  /** The ends of the axes that the unmodified model's line belongs to. */
  private static final String VERTICAL_AXES =
      """
      ['rank', 'fit'].map(id => document.getElementById(id + '-canvas')).filter(box => box)
        .map(box => echarts.getInstanceByDom(box).getModel().getComponent('yAxis').axis.scale.getExtent())
      """;

  @Test
  void sortsAndFiltersTheLeaderboard() throws Exception {
    browser.show(1280, 800, "light");
    browser.open(write(MadeUpSweep.large()));
    click("difference");
    assertThat(sorted("difference")).isEqualTo("descending");
    List<Double> falling = shown("difference");
    assertThat(falling).hasSize(285).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    click("difference");
    assertThat(sorted("difference")).isEqualTo("ascending");
    assertThat(shown("difference")).isSorted();
    click("p");
    assertThat(sorted("difference")).isEqualTo("none");
    assertThat(shown("p")).isSorted();

    browser.evaluate(
        "(() => { const find = document.querySelector('#filters input'); find.value = 'TUCKER rank 160';"
            + " find.dispatchEvent(new Event('input')); })()");
    assertThat(shown("rank")).hasSize(12).containsOnly(160.0);
    assertThat(browser.evaluate("document.getElementById('shown').textContent").asText())
        .isEqualTo("12 of 285 points shown.");
  }

  @Test
  void showsHostileTextAsTextInTooltipsToo() throws Exception {
    browser.show(1280, 800, "light");
    browser.open(write(ReportPageTest.hostile()));
    int tips =
        browser
            .evaluate(
                """
                [...document.querySelectorAll('.canvas')].map(box => {
                  const chart = echarts.getInstanceByDom(box);
                  chart.getOption().series.forEach((series, at) =>
                    chart.dispatchAction({ type: 'showTip', seriesIndex: at, dataIndex: 0 }));
                  return [...box.querySelectorAll('.tip')].filter(tip => tip.textContent.length).length;
                }).reduce((a, b) => a + b, 0)
                """)
            .asInt();
    assertThat(tips).isGreaterThanOrEqualTo(6);
    assertThat(browser.evaluate("document.querySelectorAll('img').length").asInt()).isZero();
    assertThat(browser.evaluate("document.querySelectorAll('script').length").asInt()).isEqualTo(3);
    assertThat(browser.evaluate("document.querySelector('.tip b').textContent").asText())
        .contains("<img src=x onerror=alert(2)>");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void everyTextIsReadableOnItsGround() throws Exception {
    Path file = write(MadeUpSweep.single());
    for (String scheme : SCHEMES) {
      browser.show(1280, 800, scheme);
      browser.open(file);
      for (String pair :
          List.of(
              "ink card",
              "ink page",
              "soft card",
              "soft page",
              "link card",
              "better card",
              "worse card",
              "warn-ink warn-page",
              "better page",
              "worse page")) {
        assertThat(contrast(pair)).as(scheme + ": " + pair).isGreaterThanOrEqualTo(4.5);
      }
      for (String mark :
          List.of("cp", "tucker", "svd", "control", "other-0", "other-1", "other-2")) {
        assertThat(contrast(mark + " card")).as(scheme + ": " + mark).isGreaterThanOrEqualTo(3);
      }
    }
  }

  @Test
  void worksWithTheKeyboard() throws Exception {
    browser.show(1280, 800, "light");
    browser.open(write(MadeUpSweep.large()));
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.scroll, select, input, button, summary')]"
                        + ".filter(part => part.tabIndex < 0).length")
                .asInt())
        .isZero();
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('select, input')]"
                        + ".filter(part => !part.labels.length).length")
                .asInt())
        .isZero();
    assertThat(browser.evaluate("document.querySelector('a').getAttribute('href')").asText())
        .isEqualTo("#answer");
  }

  private static Path write(ReportData data) throws Exception {
    return Files.writeString(folder.resolve("report.html"), ReportPage.of(data));
  }

  private static void click(String key) throws Exception {
    browser.evaluate("document.querySelector('th button[data-key=" + key + "]').click()");
  }

  private static String sorted(String key) throws Exception {
    return browser
        .evaluate(
            "document.querySelector('th button[data-key="
                + key
                + "]').parentElement.getAttribute('aria-sort')")
        .asText();
  }

  /** The column's values of the rows that are seen, from top to bottom. */
  private static List<Double> shown(String column) throws Exception {
    List<Double> values = new ArrayList<>();
    browser
        .evaluate(
            "[...document.querySelectorAll('#board tr[data-i]')].filter(row => row.offsetHeight)"
                + ".map(row => P."
                + column
                + "[row.dataset.i])")
        .forEach(value -> values.add(value.asDouble()));
    return values;
  }

  /**
   * The contrast of two colours of the style, by the rule of the Web's accessibility guidelines.
   */
  private static double contrast(String pair) throws Exception {
    int space = pair.indexOf(' ');
    double one = luminance(pair.substring(0, space));
    double other = luminance(pair.substring(space + 1));
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }

  private static double luminance(String name) throws Exception {
    int rgb = Integer.decode(browser.evaluate("colour('" + name + "')").asText());
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double part = (rgb >> (16 - 8 * i) & 255) / 255.0;
      sum += weights[i] * (part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  }
}
