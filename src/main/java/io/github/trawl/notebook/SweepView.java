package io.github.trawl.notebook;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.sweep.ResultFile;
import io.github.trawl.sweep.tables.CostRow;
import io.github.trawl.sweep.tables.ExampleRow;
import io.github.trawl.sweep.tables.FactorRow;
import io.github.trawl.sweep.tables.FailureRow;
import io.github.trawl.sweep.tables.PointRow;
import io.github.trawl.sweep.tables.ScoreRow;
import io.github.trawl.sweep.tables.Table;
import io.github.trawl.sweep.tables.TensorRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * The results of a sweep as DataFrames: its tables as they are stored, and joined for charts.
 *
 * <p>The joined tables have scores by the metric that compares points, over all tasks together.
 * Each call computes them anew; a DataFrame once returned does not change. docs/sweeps.md explains
 * points, rounds and the race, and docs/dataframes.md describes the columns.
 */
public final class SweepView {
  /** The name by which tables list the unmodified model among the points. */
  private static final String UNMODIFIED = "unmodified";

  private final Frames frames;
  private final Path tables;
  private final JsonNode result;

  private SweepView(Frames frames, Path sweep, JsonNode result) {
    this.frames = frames;
    this.tables = new Path(sweep, Table.FOLDER);
    this.result = result;
  }

  static SweepView open(SparkSession spark, Path sweep) {
    Frames frames = new Frames(spark);
    return new SweepView(frames, sweep, ResultFile.read(sweep, frames.hadoop()));
  }

  /**
   * One row about the sweep: {@code name}, {@code state}, {@code model}, {@code metric}, {@code
   * higher_is_better}, {@code planned} (number of points), {@code validation_examples} and {@code
   * test_examples} (counts), {@code best} and {@code suggested} (names of points; null while there
   * is none).
   */
  public Dataset<Row> summary() {
    return frames.of(
        "name STRING, state STRING, model STRING, metric STRING, higher_is_better BOOLEAN,"
            + " planned INT, validation_examples INT, test_examples INT, best STRING,"
            + " suggested STRING",
        List.of(
            RowFactory.create(
                result.path("name").asText(),
                result.path("state").asText(),
                result.path("model").asText(),
                metric(),
                higherIsBetter(),
                result.path("planned").asInt(),
                result.path("validation_examples").asInt(),
                result.path("test_examples").asInt(),
                chosen("best"),
                chosen("suggested"))));
  }

  private String metric() {
    return result.path("metric").asText();
  }

  private boolean higherIsBetter() {
    return result.path("higher_is_better").asBoolean(true);
  }

  private String chosen(String which) {
    JsonNode point = result.path("choice").path(which);
    return point.isTextual() ? point.textValue() : null;
  }

  /** The table {@code points} of the sweep; docs/formats.md describes all tables. */
  public Dataset<Row> points() {
    return table(PointRow.TABLE.file());
  }

  /** The table {@code scores} of the sweep. */
  public Dataset<Row> scores() {
    return table(ScoreRow.TABLE.file());
  }

  /** The table {@code examples} of the sweep: the answer of each point to each example. */
  public Dataset<Row> examples() {
    return table(ExampleRow.table(Collections.emptySortedSet()).file());
  }

  /** The table {@code tensors} of the sweep. */
  public Dataset<Row> tensors() {
    return table(TensorRow.TABLE.file());
  }

  /** The table {@code factors} of the sweep. */
  public Dataset<Row> factors() {
    return table(FactorRow.TABLE.file());
  }

  /** The table {@code failures} of the sweep. */
  public Dataset<Row> failures() {
    return table(FailureRow.TABLE.file());
  }

  /** The table {@code costs} of the sweep. */
  public Dataset<Row> costs() {
    return table(CostRow.TABLE.file());
  }

  private Dataset<Row> table(String file) {
    return frames.parquet(new Path(tables, file).toString());
  }

  /**
   * A row for each point and one for the unmodified model: {@code place} (1 is best on validation;
   * null for points that have not seen all validation examples, and for the unmodified model),
   * {@code point}, {@code strategy}, {@code matrices}, {@code layers}, {@code method}, {@code rank}
   * (of the first stack, also where a ratio was given), {@code ratio}, {@code seed}, {@code state},
   * {@code dropped_after_round}, {@code relative_error}, {@code best} and {@code suggested}
   * (whether it is the best or suggested point). Then follow the score on the validation examples,
   * {@code validation}, with {@code validation_low}, {@code validation_high}, {@code
   * validation_examples}, {@code validation_difference}, {@code validation_difference_low}, {@code
   * validation_difference_high} and {@code validation_p}; the same columns with {@code test} in
   * place of {@code validation}; and {@code family_wise_p}. These are null without such a score.
   */
  public Dataset<Row> leaderboard() {
    Dataset<Row> scores = mainScores();
    // The score of a point's last round counts all validation examples that it has seen.
    Dataset<Row> last =
        scores
            .where("split = 'validation'")
            .withColumn("last", expr("max(coalesce(round, 0)) over (partition by point)"))
            .where("coalesce(round, 0) = last");
    Dataset<Row> all =
        pointsAndModel()
            .join(
                scoresOfSplit(last, "validation")
                    .join(familyWise(scores), joinColumns("point"), "left"),
                joinColumns("point"),
                "left")
            .join(
                scoresOfSplit(scores.where("split = 'test'"), "test"),
                joinColumns("point"),
                "left");
    // Only complete points get a place: the others form a second partition, set to null.
    String order = higherIsBetter() ? "desc" : "asc";
    return frames.materialize(
        all.withColumn(
                "place",
                expr(
                    "if(state = 'complete' and validation is not null, rank() over (partition by"
                        + " state = 'complete' and validation is not null order by validation "
                        + order
                        + "), null)"))
            .select(columns(leaderboardColumns())));
  }

  private static List<String> leaderboardColumns() {
    List<String> columns =
        new ArrayList<>(
            List.of(
                "place",
                "point",
                "strategy",
                "matrices",
                "layers",
                "method",
                "rank",
                "ratio",
                "seed",
                "state",
                "dropped_after_round",
                "relative_error",
                "best",
                "suggested"));
    columns.addAll(scoreColumns("validation"));
    columns.addAll(scoreColumns("test"));
    columns.add("family_wise_p");
    return columns;
  }

  /** Returns the points, with the rank of their first stack, and the unmodified model. */
  private Dataset<Row> pointsAndModel() {
    Dataset<Row> model =
        frames.of("point STRING, state STRING", List.of(RowFactory.create(UNMODIFIED, UNMODIFIED)));
    return points()
        .withColumnRenamed("id", "point")
        .drop("rank")
        .withColumnRenamed("rank_of_stack", "rank")
        .unionByName(model, true)
        .withColumn("best", col("point").eqNullSafe(lit(chosen("best"))))
        .withColumn("suggested", col("point").eqNullSafe(lit(chosen("suggested"))));
  }

  /** Returns the scores of the metric by which points are compared, over all tasks together. */
  private Dataset<Row> mainScores() {
    Dataset<Row> scores = scores().where(col("metric").equalTo(metric()));
    return result.path("tasks").size() > 1 ? scores.where("task is null") : scores;
  }

  private static Dataset<Row> scoresOfSplit(Dataset<Row> scores, String name) {
    return scores.select(
        col("point"),
        col("value").as(name),
        col("low").as(name + "_low"),
        col("high").as(name + "_high"),
        col("examples").as(name + "_examples"),
        col("difference").as(name + "_difference"),
        col("difference_low").as(name + "_difference_low"),
        col("difference_high").as(name + "_difference_high"),
        col("p").as(name + "_p"));
  }

  private static List<String> scoreColumns(String name) {
    List<String> columns = new ArrayList<>(List.of(name));
    for (String part :
        List.of(
            "low", "high", "examples", "difference", "difference_low", "difference_high", "p")) {
      columns.add(name + "_" + part);
    }
    return columns;
  }

  private static Dataset<Row> familyWise(Dataset<Row> scores) {
    return scores
        .where("split = 'validation' and family_wise_p is not null")
        .select("point", "family_wise_p");
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(name -> col(name)).toArray(Column[]::new);
  }

  /** Returns the names as the array that {@code Dataset.join} takes. */
  private static String[] joinColumns(String... names) {
    return names;
  }

  /**
   * A row for each choice of layers, matrices, method and rank or ratio that has a score: {@code
   * strategy}, {@code matrices}, {@code layers}, {@code method}, {@code rank}, {@code ratio},
   * {@code seeds} (the number with a score), {@code point} (among these seeds the one with the
   * median difference; of two in the middle, the worse), its {@code difference}, {@code
   * difference_low} and {@code difference_high} from the unmodified model on validation examples,
   * {@code examples} (their number), {@code state} and {@code effect} ({@code better}, {@code
   * worse}, or {@code unclear} if the interval contains zero).
   */
  public Dataset<Row> heatMap() {
    // Sorted from the worst, the middle seed is the median or the worse of the two in the middle.
    String cell = "strategy, matrices, layers, method, rank, ratio";
    String worstFirst = higherIsBetter() ? "asc" : "desc";
    String better =
        higherIsBetter() ? "validation_difference_low > 0" : "validation_difference_high < 0";
    String worse =
        higherIsBetter() ? "validation_difference_high < 0" : "validation_difference_low > 0";
    return frames.materialize(
        leaderboard()
            .where("validation_difference is not null")
            .withColumn("seeds", expr("count(1) over (partition by " + cell + ")"))
            .withColumn(
                "middle",
                expr(
                    "row_number() over (partition by %s order by validation_difference %s, seed)"
                        .formatted(cell, worstFirst)))
            .where("middle = floor((seeds + 1) / 2)")
            .selectExpr(
                "strategy",
                "matrices",
                "layers",
                "method",
                "rank",
                "ratio",
                "seeds",
                "point",
                "validation_difference as difference",
                "validation_difference_low as difference_low",
                "validation_difference_high as difference_high",
                "validation_examples as examples",
                "state",
                "case when %s then 'better' when %s then 'worse' else 'unclear' end as effect"
                    .formatted(better, worse)));
  }

  /**
   * A row for each round of the race: {@code round} (from 1), {@code examples} (seen up to the end
   * of the round), {@code entered}, {@code survived} and {@code dropped} (numbers of points). There
   * are no rows without a race.
   */
  public Dataset<Row> race() {
    List<Row> rows = new ArrayList<>();
    for (JsonNode round : result.path("race")) {
      int entered = round.path("entered").asInt();
      int survived = round.path("survived").asInt();
      rows.add(
          RowFactory.create(
              rows.size() + 1,
              round.path("examples").asInt(),
              entered,
              survived,
              entered - survived));
    }
    return frames.of("round INT, examples INT, entered INT, survived INT, dropped INT", rows);
  }

  /**
   * A row for each point, and for the unmodified model, in each round of the race that it entered:
   * {@code point}, {@code round}, {@code examples} (seen up to the end of the round), {@code
   * value}, {@code difference} (from the unmodified model on the same examples) and {@code dropped}
   * (whether the point dropped out after this round).
   */
  public Dataset<Row> rounds() {
    Dataset<Row> rounds = mainScores().where("split = 'validation' and round is not null");
    Dataset<Row> model =
        rounds
            .where(col("point").equalTo(UNMODIFIED))
            .select(col("round"), col("value").as("unmodified"));
    // The scores are also of controls and of points together, which are not in the race.
    Dataset<Row> raced = pointsAndModel().select("point", "dropped_after_round");
    return frames.materialize(
        rounds
            .select("point", "round", "examples", "value")
            .join(model, joinColumns("round"), "left")
            .join(raced, joinColumns("point"))
            .selectExpr(
                "point",
                "round",
                "examples",
                "value",
                "value - unmodified as difference",
                "coalesce(dropped_after_round = round, false) as dropped"));
  }

  /**
   * A row for each component of each decomposition whose spectrum was kept: {@code point}, {@code
   * stack}, {@code method}, {@code rank}, {@code seed}, {@code component} (from 1), {@code value}
   * and {@code relative} (to the largest). Where a stack was solved at several ranks with one seed,
   * only the spectrum of the largest rank was kept.
   */
  public Dataset<Row> spectra() {
    return tensors()
        .where("spectrum is not null")
        .selectExpr("point", "stack", "method", "rank", "seed", "spectrum", "posexplode(spectrum)")
        .selectExpr(
            "point",
            "stack",
            "method",
            "rank",
            "seed",
            "pos + 1 as component",
            "col as value",
            "coalesce(try_divide(col, spectrum[0]), 0D) as relative");
  }
}
