package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.KryoSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of sweeps, read as Spark SQL reads them. */
class SweepTablesTest {
  private static final List<String> TABLES =
      List.of("points", "scores", "examples", "tensors", "factors", "failures", "costs");

  /** Those that do not depend on how a sweep was interrupted. */
  private static final List<String> LASTING = TABLES.subList(0, 5);

  private static final int EXAMPLES = 2000;

  @TempDir private static Path folder;
  private static SparkSession spark;

  /** The output of a sweep of a small model. */
  private static Path real;

  @BeforeAll
  static void start() throws IOException {
    spark =
        SparkSession.builder()
            .config(
                KryoSettings.apply(
                    new SparkConf()
                        .setMaster("local[2]")
                        .setAppName("tables")
                        .set("spark.ui.enabled", "false")
                        .set("spark.driver.host", "127.0.0.1")
                        .set("spark.sql.shuffle.partitions", "1")))
            .getOrCreate();
    SmallModels.write("bert", folder.resolve("model"));
    SmallModels.task(folder.resolve("task"), 120);
    real = folder.resolve("real");
    runReal(real);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void tablesSayWhatTheResultSays() throws IOException {
    JsonNode result = new ObjectMapper().readTree(real.resolve("result.json").toFile());
    views(real);

    List<String> ids = new ArrayList<>();
    result.get("points").forEach(point -> ids.add(point.get("id").asText()));
    assertThat(ids).hasSize(6);
    assertThat(strings("select id from points")).isEqualTo(ids);
    assertThat(strings("select distinct point from scores"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of("unmodified"), ids.stream()).toList());
    for (JsonNode point : result.get("points")) {
      Row row = row("select * from points where id = '%s'", point.get("id").asText());
      for (String name :
          List.of("strategy", "matrices", "layers", "method", "start", "acceleration", "state")) {
        assertThat((String) row.getAs(name)).isEqualTo(point.get(name).asText());
      }
      assertThat((int) row.<Integer>getAs("rank_of_stack"))
          .isEqualTo(point.get("rank_of_stack").asInt());
      assertThat((double) row.<Double>getAs("relative_error"))
          .isEqualTo(point.get("relative_error").asDouble());
      assertThat(row.<Integer>getAs("rank") == null).isEqualTo(point.has("ratio"));
      assertThat(row.getList(row.fieldIndex("layer_numbers")))
          .isEqualTo(List.of(point.get("layer_numbers").get(0).asInt()));
      for (String split : List.of("validation", "test")) {
        assertScores(point.get("id").asText(), split, point.get(split));
      }
      assertThat(
              row(
                      "select * from scores where point = '%s' and family_wise_p is not null",
                      point.get("id").asText())
                  .<Double>getAs("family_wise_p"))
          .isEqualTo(point.get("family_wise_p").asDouble());
    }
    // 24 validation examples and 96 test examples, seen by six points and the unmodified model.
    assertThat(count("select * from examples")).isEqualTo(7 * 120);
    assertThat(count("select distinct point, index from examples")).isEqualTo(7 * 120);
    spark
        .sql("select point, split, avg(accuracy) as mean from examples group by point, split")
        .collectAsList()
        .forEach(
            mean -> {
              JsonNode score = score(result, mean.getString(0)).get(mean.getString(1));
              assertThat(score.get("value").asDouble()).isCloseTo(mean.getDouble(2), within(1e-9));
            });
    assertThat(spark.table("examples").columns())
        .startsWith("point", "task", "split", "block", "index", "prediction")
        .contains("accuracy", "loss");
  }

  private static void assertScores(String id, String split, JsonNode expected) {
    Row row =
        row(
            "select * from scores where point = '%s' and split = '%s' and metric = 'accuracy'"
                + " and p is not null",
            id, split);
    Map<String, JsonNode> numbers = new LinkedHashMap<>();
    for (String name : List.of("value", "low", "high")) {
      numbers.put(name, expected.get(name));
      numbers.put(
          name.equals("value") ? "difference" : "difference_" + name,
          expected.get("difference").get(name));
    }
    numbers.put("p", expected.get("p"));
    numbers.forEach(
        (name, number) ->
            assertThat(row.<Double>getAs(name)).as(name).isEqualTo(number.asDouble()));
    for (String name : List.of("examples", "better", "worse")) {
      assertThat(row.<Integer>getAs(name)).as(name).isEqualTo(expected.get(name).asInt());
    }
    assertThat(row.<String>getAs("task")).isEqualTo("words");
  }

  /**
   * By the ledger's solves: CP of two ranks, and an SVD of each of four matrices, in two layers.
   */
  @Test
  void tensorsAndFactorsHaveARowForEachStack() {
    views(real);
    assertThat(count("select * from tensors where method = 'cp'")).isEqualTo(4);
    assertThat(count("select * from tensors where method = 'svd'")).isEqualTo(4);
    assertThat(
            count(
                "select * from tensors where size(matrices) = 2 and method = 'cp'"
                    + " and size(spectrum) = rank and iterations > 0 and reason is not null"))
        // The spectrum of the larger rank of a seed is kept.
        .isEqualTo(2);
    assertThat(count("select * from tensors where abs(1 - fit - relative_error) < 1e-12"))
        .isEqualTo(8);
    assertThat(
            count(
                "select * from tensors t join factors f on t.point = f.point and t.stack = f.stack"
                    + " and t.rank = f.rank and t.seed = f.seed"))
        .isEqualTo(8);
    for (String factors : strings("select factors from factors")) {
      String[] parts = factors.split("#", -1);
      assertThat(parts).hasSize(2);
      assertThat(real.resolve(parts[0])).isRegularFile();
    }
    assertThat(count("select * from failures")).isZero();
    assertThat(row("select sum(units) as units from costs where step like 'solve%%'").getLong(0))
        .isEqualTo(2 + 4);
  }

  @Test
  void aSecondRunAndOneThatWasCutGiveTheSameBytes() throws IOException {
    FakeSweep whole = sweep("whole", FakeSweep.RACE);
    whole.runAndWrite(new FakeWork());
    Map<String, byte[]> expected = bytes("whole");
    whole.runAndWrite(new FakeWork());
    assertThat(bytes("whole")).usingRecursiveComparison().isEqualTo(expected);
    FakeSweep sweep = sweep("cut", FakeSweep.RACE);
    int cuts = 0;
    while (true) {
      FakeWork work = new FakeWork();
      work.cutAfter = 5;
      try {
        sweep.runAndWrite(work);
        break;
      } catch (FakeWork.CutException e) {
        cuts++;
      }
    }
    assertThat(cuts).isGreaterThan(1);
    assertThat(bytes("cut")).usingRecursiveComparison().isEqualTo(expected);
  }

  /** Also of what is not an end: a run that a stop rule ends writes tables of a part. */
  @Test
  void aStoppedRunWritesWhatIsThere() throws IOException {
    SweepSettings noTime =
        new SweepSettings(
            Screening.RACE,
            0.05,
            64,
            2,
            0,
            Optional.empty(),
            1,
            0,
            Composition.NONE,
            2,
            OptionalInt.empty(),
            Optional.of(Duration.ZERO));
    sweep("stopped", noTime).runAndWrite(new FakeWork());
    views(folder.resolve("stopped/out"));
    assertThat(strings("select distinct state from points")).containsExactly("missing");
    for (String table : TABLES.subList(1, TABLES.size())) {
      assertThat(count("select * from " + table)).as(table).isZero();
      assertThat(spark.table(table).columns()).as(table).isNotEmpty();
    }
    assertThat(Files.size(folder.resolve("stopped/out/tables/examples.parquet"))).isPositive();
    sweep("stopped", FakeSweep.RACE).runAndWrite(new FakeWork());
    sweep("unstopped", FakeSweep.RACE).runAndWrite(new FakeWork());
    assertThat(bytes("stopped")).usingRecursiveComparison().isEqualTo(bytes("unstopped"));
  }

  @Test
  void theRaceAndFailuresAreInTheTables() throws IOException {
    FakeWork work = new FakeWork();
    work.failing.add("layer-fc-1-cp-r2-s0");
    FakeSweep.Ended ended = sweep("race", FakeSweep.RACE).runAndWrite(work);
    views(folder.resolve("race/out"));
    Map<String, String> states = new TreeMap<>();
    spark
        .sql("select id, concat_ws(' ', state, dropped_after_round, reason) from points")
        .collectAsList()
        .forEach(row -> states.put(row.getString(0), row.getString(1)));
    assertThat(states)
        .containsEntry("layer-fc-1-cp-r1-s0", "pruned 1")
        .containsEntry("layer-fc-1-cp-r2-s0", "failed computes NaN")
        .containsEntry("layer-fc-1-cp-r8-s0", "complete");
    Row failure = row("select * from failures");
    assertThat(failure.<String>getAs("kind")).isEqualTo("scores");
    assertThat(failure.<String>getAs("about")).isEqualTo("layer-fc-1-cp-r2-s0 on words");
    assertThat(failure.<Integer>getAs("attempt")).isEqualTo(1);
    assertThat(failure.<java.sql.Timestamp>getAs("time")).isInThePast();

    // Rounds of 64, 128, 256 and 552 examples; each row counts all up to its round.
    assertThat(
            strings(
                "select concat(round, ':', examples) from scores where split = 'validation'"
                    + " and point = 'layer-fc-1-cp-r8-s0' and metric = 'accuracy'"
                    + " and round is not null"))
        .containsExactly("1:64", "2:192", "3:448", "4:1000");
    assertThat(count("select * from scores where point = 'layer-fc-1-cp-r1-s0'")).isEqualTo(1);
    for (int round = 1; round <= 4; round++) {
      double mean =
          row(
                  "select avg(accuracy) as mean from examples where split = 'validation'"
                      + " and point = 'layer-fc-1-cp-r8-s0' and block < %d",
                  round)
              .getDouble(0);
      assertThat(
              row(
                      "select value from scores where split = 'validation' and round = %d"
                          + " and point = 'layer-fc-1-cp-r8-s0'",
                      round)
                  .getDouble(0))
          .isCloseTo(mean, within(1e-6));
    }
    // In the order of the grid, then split and block.
    List<String> order =
        strings("select concat(point, ' ', split, ' ', block) from examples").stream()
            .distinct()
            .toList();
    assertThat(order.subList(0, 5))
        .containsExactly(
            "unmodified validation 0",
            "unmodified validation 1",
            "unmodified validation 2",
            "unmodified validation 3",
            "unmodified test 0");
    assertThat(order.get(5)).isEqualTo("layer-fc-1-cp-r1-s0 validation 0");
    assertThat(
            spark
                .sql("select index from examples where point = 'layer-fc-1-cp-r1-s0'")
                .collectAsList())
        .extracting(row -> row.getInt(0))
        .containsExactlyElementsOf(
            Arrays.stream(ended.definition().blocks().validationRounds().get(0).get(0).examples())
                .boxed()
                .toList());
  }

  private static FakeSweep sweep(String name, SweepSettings settings) {
    List<Point> points = new ArrayList<>();
    for (int rank : new int[] {1, 2, 4, 8}) {
      points.add(
          new Point(
              new StackSelection(Strategy.LAYER, "fc", "1"),
              DecompositionMethods.CP,
              new DecompositionSize.Rank(rank),
              0,
              IterationSettings.defaults(DecompositionMethods.CP)));
    }
    return new FakeSweep(folder.resolve(name), points, settings, EXAMPLES);
  }

  private static Map<String, byte[]> bytes(String name) throws IOException {
    Map<String, byte[]> bytes = new TreeMap<>();
    for (String table : LASTING) {
      bytes.put(
          table,
          Files.readAllBytes(folder.resolve(name).resolve("out/tables/" + table + ".parquet")));
    }
    return bytes;
  }

  private static void views(Path output) {
    for (String table : TABLES) {
      spark
          .read()
          .parquet(output.resolve("tables").resolve(table + ".parquet").toString())
          .createOrReplaceTempView(table);
    }
  }

  private static long count(String query) {
    return spark.sql(query).count();
  }

  private static List<String> strings(String query) {
    return spark.sql(query).collectAsList().stream().map(row -> row.getString(0)).toList();
  }

  /** The only one of a query. */
  @SuppressWarnings("AnnotateFormatMethod") // The annotation is no dependency of ours.
  private static Row row(String query, Object... arguments) {
    List<Row> rows = spark.sql(query.formatted(arguments)).collectAsList();
    assertThat(rows).as(query, arguments).hasSize(1);
    return rows.get(0);
  }

  private static JsonNode score(JsonNode result, String id) {
    if (id.equals("unmodified")) {
      return result.get("unmodified");
    }
    for (JsonNode point : result.get("points")) {
      if (point.get("id").asText().equals(id)) {
        return point;
      }
    }
    throw new AssertionError(id + " is not in the result");
  }

  private static void runReal(Path output) {
    Grid grid =
        new Grid(
            List.of(
                MeasuredSweep.entry(
                    DecompositionMethods.CP,
                    List.of(new DecompositionSize.Rank(2), new DecompositionSize.Rank(4)),
                    List.of(1L)),
                MeasuredSweep.entry(
                    DecompositionMethods.SVD,
                    List.of(new DecompositionSize.Ratio(0.1)),
                    List.of(0L))),
            List.of(),
            List.of());
    MeasuredSweep.run(
        spark,
        folder.resolve("model"),
        folder.resolve("task"),
        output,
        grid,
        FakeSweep.screening(Screening.NONE));
  }
}
