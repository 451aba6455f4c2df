package io.github.trawl.notebook;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The results of a sweep as DataFrames, by its {@code result.json}. */
class SweepViewTest {
  @TempDir private static Path folder;
  private static SparkSession spark;
  private static JsonNode result;
  private static SweepView sweep;

  @BeforeAll
  static void start() throws IOException {
    spark = NotebookData.spark();
    NotebookData.model(folder);
    Path output = NotebookData.sweep(spark, folder);
    result = new ObjectMapper().readTree(output.resolve("result.json").toFile());
    sweep = Trawl.sweep(spark, output.toString());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void theLeaderboardHasTheScoresOfTheResult() {
    Map<String, Row> rows = new HashMap<>();
    sweep.leaderboard().collectAsList().forEach(row -> rows.put(row.getAs("point"), row));
    assertThat(rows).hasSize(15).containsKey("unmodified");
    List<JsonNode> complete = new ArrayList<>();
    for (JsonNode point : result.get("points")) {
      Row row = rows.get(point.get("id").asText());
      assertThat(row.<String>getAs("state")).isEqualTo(point.get("state").asText());
      assertThat(row.<Integer>getAs("rank")).isEqualTo(point.get("rank_of_stack").asInt());
      for (String split : List.of("validation", "test")) {
        assertScore(row, split, point.get(split));
      }
      if (point.get("state").asText().equals("complete")) {
        complete.add(point);
      } else {
        assertThat(row.<Integer>getAs("place")).isNull();
      }
    }
    for (JsonNode point : complete) {
      long better =
          complete.stream()
              .filter(
                  other ->
                      other.at("/validation/value").asDouble()
                          > point.at("/validation/value").asDouble())
              .count();
      Row row = rows.get(point.get("id").asText());
      assertThat(row.<Integer>getAs("place")).isEqualTo((int) better + 1);
    }
    assertThat(rows.values())
        .filteredOn(row -> row.<Boolean>getAs("best"))
        .extracting(row -> row.<String>getAs("point"))
        .isEqualTo(
            result.at("/choice/best").isTextual()
                ? List.of(result.at("/choice/best").asText())
                : List.of());
    Row model = rows.get("unmodified");
    assertThat(model.<Double>getAs("validation"))
        .isEqualTo(result.at("/unmodified/validation/value").asDouble());
    assertThat(model.<Integer>getAs("place")).isNull();
    assertThat(model.<Double>getAs("validation_difference")).isNull();
  }

  private static void assertScore(Row row, String split, JsonNode score) {
    if (score == null) {
      assertThat(row.<Double>getAs(split)).isNull();
      return;
    }
    assertThat(row.<Double>getAs(split)).isEqualTo(score.get("value").asDouble());
    assertThat(row.<Double>getAs(split + "_low")).isEqualTo(score.get("low").asDouble());
    assertThat(row.<Integer>getAs(split + "_examples")).isEqualTo(score.get("examples").asInt());
    assertThat(row.<Double>getAs(split + "_difference"))
        .isEqualTo(score.at("/difference/value").asDouble());
    assertThat(row.<Double>getAs(split + "_difference_high"))
        .isEqualTo(score.at("/difference/high").asDouble());
    assertThat(row.<Double>getAs(split + "_p")).isEqualTo(score.get("p").asDouble());
  }

  /** The middle of three seeds, sorted here. */
  @Test
  void theHeatMapHasTheMiddleSeed() {
    Map<String, List<JsonNode>> cells = new TreeMap<>();
    for (JsonNode point : result.get("points")) {
      String cell =
          point.get("layers").asText()
              + point.get("method").asText()
              + point.get("rank_of_stack").asInt();
      cells.computeIfAbsent(cell, key -> new ArrayList<>()).add(point);
    }
    List<Row> rows = sweep.heatMap().collectAsList();
    assertThat(rows).hasSameSizeAs(cells.keySet());
    for (Row row : rows) {
      List<JsonNode> points =
          cells.get(
              row.<String>getAs("layers")
                  + row.<String>getAs("method")
                  + row.<Integer>getAs("rank"));
      List<Double> differences =
          points.stream()
              .map(point -> point.at("/validation/difference/value").asDouble())
              .sorted(Comparator.naturalOrder())
              .toList();
      assertThat(row.<Long>getAs("seeds")).isEqualTo(points.size());
      assertThat(row.<Double>getAs("difference"))
          .isEqualTo(differences.get((differences.size() - 1) / 2));
      double low = row.<Double>getAs("difference_low");
      double high = row.<Double>getAs("difference_high");
      assertThat(row.<String>getAs("effect"))
          .isEqualTo(low > 0 ? "better" : high < 0 ? "worse" : "unclear");
    }
  }

  @Test
  void theRaceIsThatOfTheResult() {
    List<Row> race = sweep.race().orderBy("round").collectAsList();
    assertThat(race).hasSize(result.get("race").size());
    for (int i = 0; i < race.size(); i++) {
      JsonNode round = result.get("race").get(i);
      assertThat(race.get(i).<Integer>getAs("examples")).isEqualTo(round.get("examples").asInt());
      assertThat(race.get(i).<Integer>getAs("dropped"))
          .isEqualTo(round.get("entered").asInt() - round.get("survived").asInt());
    }
    // The last round of a point that has seen all is its score.
    Dataset<Row> last =
        sweep.rounds().where("examples = " + result.get("validation_examples").asInt());
    Map<String, Double> differences = new HashMap<>();
    last.collectAsList()
        .forEach(row -> differences.put(row.getAs("point"), row.<Double>getAs("difference")));
    assertThat(differences).containsEntry("unmodified", 0.0);
    for (JsonNode point : result.get("points")) {
      if (point.get("state").asText().equals("complete")) {
        assertThat(differences.get(point.get("id").asText()))
            .isCloseTo(point.at("/validation/difference/value").asDouble(), within(1e-9));
      }
    }
  }

  /** Scores of a control, and of two points together, in the rounds of the race. */
  @Test
  void theRoundsAreOfPointsAndTheUnmodifiedModel() throws IOException {
    Path output = folder.resolve("sweep");
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.copy(output.resolve("result.json"), other.resolve("result.json"));
    String point = result.at("/points/0/id").asText();
    Dataset<Row> scores = sweep.scores();
    Dataset<Row> more = scores;
    for (String name : List.of(point + "-control1", point + "+" + point)) {
      Dataset<Row> of = scores.where("point = '%s'".formatted(point));
      more = more.unionByName(of.withColumn("point", lit(name)));
    }
    sweep.points().write().parquet(other.resolve("tables/points.parquet").toString());
    more.write().parquet(other.resolve("tables/scores.parquet").toString());
    assertThat(Trawl.sweep(spark, other.toString()).rounds().collectAsList())
        .containsExactlyInAnyOrderElementsOf(sweep.rounds().collectAsList())
        .extracting(row -> row.<String>getAs("point"))
        .contains("unmodified", point);
  }

  @Test
  void tablesAndSpectraAreThere() {
    assertThat(sweep.points().count()).isEqualTo(14);
    assertThat(sweep.examples().count()).isPositive();
    assertThat(sweep.factors().count()).isPositive();
    assertThat(sweep.costs().count()).isPositive();
    assertThat(sweep.failures().count()).isZero();
    assertThat(sweep.scores().count()).isPositive();
    for (JsonNode spectrum : result.get("spectra")) {
      assertThat(
              sweep
                  .spectra()
                  .where(
                      "stack = '%s' and method = '%s' and rank = %d"
                          .formatted(
                              spectrum.get("stack").asText(),
                              spectrum.get("method").asText(),
                              spectrum.get("rank").asInt()))
                  .where("component = 1 and relative = 1")
                  .count())
          .isPositive();
    }
    Row summary = sweep.summary().head();
    assertThat(summary.<String>getAs("state")).isEqualTo("complete");
    assertThat(summary.<Integer>getAs("planned")).isEqualTo(14);
  }

  @Test
  void theFactorsOfASweepOpenToo() {
    assertThat(Trawl.factors(spark, folder.resolve("sweep").toString()).members().count())
        .isEqualTo(2 * 6 + 2 * 2);
  }

  @Test
  void saysWhatIsNoSweep() {
    assertThatThrownBy(() -> Trawl.sweep(spark, folder.resolve("model").toString()))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("holds no results of a sweep yet");
  }
}
