package io.github.trawl.sweep.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Beside SciPy, statsmodels and arch, by {@code python src/test/python/make_statistics_golden.py}.
 */
class StatisticsGoldenTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  private static JsonNode golden;
  private static int examples;
  private static Resampling resampling;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream file = StatisticsGoldenTest.class.getResourceAsStream("golden.json")) {
      golden = new ObjectMapper().readTree(file);
    }
    examples = golden.get("examples").asInt();
    resampling = Formula.resampling(golden.get("resamples").asInt());
  }

  @Test
  void mcnemarIsThatOfStatsmodels() {
    assertThat(golden.get("mcnemar")).isNotEmpty();
    for (JsonNode one : golden.get("mcnemar")) {
      check(PairedTest.mcnemar(one.get("better").asInt(), one.get("worse").asInt()), one);
    }
  }

  @Test
  void wilcoxonIsThatOfScipy() {
    assertThat(golden.get("wilcoxon")).isNotEmpty();
    for (JsonNode one : golden.get("wilcoxon")) {
      int size = one.get("examples").asInt();
      double[] point = values(one, one.get("point").asInt(), size);
      check(PairedTest.of(point, values(one, 0, size)), one);
    }
  }

  private static void check(PairedTest test, JsonNode expected) {
    assertThat(test.twoSidedP())
        .as("%s", expected)
        .isEqualTo(expected.get("two_sided").asDouble(), ROUNDING);
    assertThat(test.betterP())
        .as("%s", expected)
        .isEqualTo(expected.get("better_p").asDouble(), ROUNDING);
    assertThat(test.worseP())
        .as("%s", expected)
        .isEqualTo(expected.get("worse_p").asDouble(), ROUNDING);
  }

  @Test
  void bootstrapIntervalIsThatOfScipy() {
    assertThat(golden.get("bootstrap")).isNotEmpty();
    for (JsonNode one : golden.get("bootstrap")) {
      double[] point = values(one, one.get("point").asInt(), examples);
      PairedDifference found =
          PairedDifference.of(point, values(one, 0, examples), 0.95, resampling);
      assertThat(found.mean()).isEqualTo(one.get("mean").asDouble(), ROUNDING);
      assertThat(found.standardError()).isEqualTo(one.get("error").asDouble(), ROUNDING);
      assertThat(found.interval().lower()).isEqualTo(one.get("lower").asDouble(), ROUNDING);
      assertThat(found.interval().upper()).isEqualTo(one.get("upper").asDouble(), ROUNDING);
    }
  }

  @Test
  void stepDownIsThatOfArch() {
    assertThat(RomanoWolf.adjustedP(differences(golden.get("step_down").size()), resampling))
        .containsExactly(numbers(golden.get("step_down")), ROUNDING);
  }

  @Test
  void bestPointsAreThoseOfArch() {
    JsonNode expected = golden.get("best_points");
    assertThat(BestPoints.pValues(differences(expected.size()), resampling))
        .containsExactly(numbers(expected), ROUNDING);
  }

  /** Of points 1 and on to point 0. */
  private static DifferenceMatrix differences(int points) {
    return DifferenceMatrix.of(
        Formula.values("real", 0, examples),
        points,
        point -> Formula.values("real", point + 1, examples));
  }

  private static double[] values(JsonNode golden, int point, int size) {
    String kind = golden.get("kind").asText();
    return Formula.values(kind, point, size);
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }
}
