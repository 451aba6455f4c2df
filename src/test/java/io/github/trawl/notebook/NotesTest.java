package io.github.trawl.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every paragraph of every note runs: Scala in the interpreter of Spark's version, SQL in a session
 * with what the paragraphs before have left.
 */
class NotesTest {
  /** More rows Zeppelin does not show. */
  private static final int MAX_ROWS = 1000;

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static ScalaRepl scala;

  /** The values of form fields by note. */
  private static final Map<String, Map<String, String>> FORMS = new LinkedHashMap<>();

  /** The tables of each note, paragraph by paragraph. */
  private static final Map<String, List<Table>> TABLES = new LinkedHashMap<>();

  /** What a paragraph shows. */
  private record Table(List<String> columns, List<Row> rows) {
    static Table of(Dataset<Row> frame) {
      return new Table(List.of(frame.columns()), frame.takeAsList(MAX_ROWS + 1));
    }
  }

  @BeforeAll
  static void start() throws IOException {
    spark = NotebookData.spark();
    String model = NotebookData.model(folder).toString();
    String denoised = NotebookData.cp(spark, folder).toString();
    String sweep = NotebookData.sweep(spark, folder).toString();
    FORMS.put("inspect-checkpoint", Map.of("path", model, "matrices", "fc", "layers", "all"));
    FORMS.put("sweep-results", Map.of("path", sweep));
    FORMS.put("factors", Map.of("path", denoised));
    FORMS.put("compare-models", Map.of("first", model, "second", denoised));
    scala = new ScalaRepl();
    // Zeppelin binds the session by its own class, and imports these.
    scala.bind("spark", spark);
    scala.bind("sc", spark.sparkContext());
    for (String line :
        List.of(
            "import org.apache.spark.SparkContext._",
            "import spark.implicits._",
            "import spark.sql",
            "import org.apache.spark.sql.functions._")) {
      assertThat(scala.interpret(line).result()).isEqualTo("Success");
    }
  }

  @AfterAll
  static void stop() {
    scala.close();
    spark.stop();
  }

  static List<Path> notes() throws IOException {
    return Note.files();
  }

  @Test
  void allNotesAreThere() throws IOException {
    assertThat(Note.files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "compare-models.zpln", "factors.zpln", "inspect-checkpoint.zpln", "sweep-results.zpln");
  }

  @ParameterizedTest
  @MethodSource("notes")
  void everyParagraphRunsAndShowsWhatItsChartAsksFor(Path file) throws IOException {
    List<Note.Paragraph> paragraphs = Note.read(file).paragraphs();
    List<Table> tables = run(name(file));
    for (int i = 0; i < paragraphs.size(); i++) {
      Note.Paragraph paragraph = paragraphs.get(i);
      Table table = tables.get(i);
      assertThat(table.rows())
          .as("rows of %s", paragraph)
          .isNotEmpty()
          .hasSizeLessThanOrEqualTo(MAX_ROWS);
      assertThat(charted(paragraph.graph()))
          .as("columns in the chart of %s", paragraph)
          .allSatisfy(
              column ->
                  assertThat(column.get("name").getAsString())
                      .isEqualTo(table.columns().get(column.get("index").getAsInt())));
      if (!paragraph.graph().get("mode").getAsString().equals("table")) {
        assertThat(charted(paragraph.graph())).as("columns in %s", paragraph).isNotEmpty();
      }
    }
  }

  /** The columns that a chart uses: the client drops those whose name and place do not agree. */
  private static List<JsonObject> charted(JsonObject graph) {
    List<JsonObject> columns = new ArrayList<>();
    for (String part : List.of("keys", "groups", "values")) {
      graph.getAsJsonArray(part).forEach(each -> columns.add(each.getAsJsonObject()));
    }
    JsonObject scatter = graph.getAsJsonObject("setting").getAsJsonObject("scatterChart");
    if (scatter != null) {
      scatter.entrySet().forEach(entry -> columns.add(entry.getValue().getAsJsonObject()));
    }
    return columns;
  }

  /** Runs a note once and keeps what it shows. */
  private static List<Table> run(String note) throws IOException {
    List<Table> known = TABLES.get(note);
    if (known != null) {
      return known;
    }
    NoteContext context = new NoteContext(FORMS.get(note));
    scala.bind("z", context);
    List<Table> tables = new ArrayList<>();
    for (Note.Paragraph paragraph : Note.read(Path.of("notebooks", note + ".zpln")).paragraphs()) {
      if (paragraph.isSql()) {
        tables.add(Table.of(spark.sql(paragraph.code())));
        continue;
      }
      // With printREPLOutput=false Zeppelin would report its own error in place of the note's.
      assertThat(paragraph.interpreter()).isEqualTo("%spark");
      ScalaRepl.Outcome outcome = scala.interpret(paragraph.code());
      assertThat(outcome.result())
          .as("paragraph %s of %s:%n%s", paragraph, note, outcome.text())
          .isEqualTo("Success");
      List<Dataset<Row>> shown = context.takeShown();
      assertThat(shown).as("tables of %s", paragraph).hasSize(1);
      tables.add(Table.of(shown.get(0)));
      assertThat(context.asked())
          .as("form fields of %s", paragraph)
          .isEqualTo(paragraph.forms().keySet())
          .isEqualTo(FORMS.get(note).keySet());
    }
    TABLES.put(note, tables);
    return tables;
  }

  /** As the interpreter takes them: a whole paragraph, and what is wrong in it. */
  @Test
  void theInterpreterTellsErrors() {
    assertThat(scala.interpret("val broken: Int = \"text\"").result()).isEqualTo("Error");
    assertThat(scala.interpret("sys.error(\"on purpose\")").result()).isEqualTo("Error");
    assertThat(scala.interpret("io.github.trawl.notebook.Trawl.checkpoint(spark, \"none\")"))
        .satisfies(
            outcome -> {
              assertThat(outcome.result()).isEqualTo("Error");
              assertThat(outcome.text()).contains("none: no such directory");
            });
  }

  /** By the shapes of the model: 2 layers, hidden 32, inner 48. */
  @Test
  void inspectCheckpointShowsTheModel() throws IOException {
    Map<String, Table> tables = byTitle("inspect-checkpoint");
    Table roles = tables.get("Parameters by layer and role, in millions");
    assertThat(roles.rows())
        .extracting(Row::toString)
        .contains("[0,up,0.001536]", "[1,down,0.001536]", "[1,q,0.001024]")
        .hasSize(2 * 6);
    assertThat(tables.get("What can be stacked").rows())
        .extracting(row -> row.getString(0) + " " + row.getString(1) + " " + row.getString(2))
        .contains("layer fc 2 x 32 x 48", "layer qkvo 4 x 32 x 32", "model fc 4 x 32 x 48");
    assertThat(tables.get("Singular values above noise").rows())
        .extracting(row -> row.getString(0))
        .containsExactly("layer 0 down", "layer 0 up", "layer 1 down", "layer 1 up");
  }

  @Test
  void compareModelsShowsThatTheFcMatricesChanged() throws IOException {
    Map<String, Table> tables = byTitle("compare-models");
    Table differing = tables.get("Tensors that differ most");
    List<Row> changed =
        differing.rows().stream().filter(row -> row.getString(1).equals("changed")).toList();
    assertThat(changed)
        .hasSize(4)
        .allSatisfy(
            row -> {
              assertThat(row.getString(0))
                  .matches(".*layer.[01].(intermediate|output).dense.weight");
              assertThat(row.<Double>getAs("relative_difference")).isBetween(0.5, 1.0);
            });
    assertThat(differing.rows().get(0).getString(1)).isEqualTo("changed");
  }

  @Test
  void factorsShowSharesThatSumToOne() throws IOException {
    Map<String, Table> tables = byTitle("factors");
    Map<Integer, Double> sums = new LinkedHashMap<>();
    tables
        .get("Which slices share a component")
        .rows()
        .forEach(row -> sums.merge(row.getInt(0), row.getDouble(2), Double::sum));
    assertThat(sums.keySet()).containsExactly(1, 2, 3, 4, 5);
    assertThat(sums.values()).allSatisfy(sum -> assertThat(sum).isCloseTo(1, within(1e-4)));
    assertThat(tables.get("Cosine similarity of the slices").rows()).hasSize(16);
  }

  @Test
  void sweepResultsShowAllPoints() throws IOException {
    Map<String, Table> tables = byTitle("sweep-results");
    assertThat(tables.get("Layer by rank: difference to the unmodified model").rows())
        // Two layers by CP of two ranks and SVD of one; three seeds of CP.
        .hasSize(6)
        .extracting(row -> row.<Long>getAs("seeds"))
        .containsOnly(1L, 3L);
    assertThat(tables.get("What was dropped when").rows())
        .extracting(row -> row.<Long>getAs("points"))
        .satisfies(
            counts -> assertThat(counts.stream().mapToLong(each -> each).sum()).isEqualTo(14));
  }

  /** A table behind the name of each method, with names and types of its columns. */
  @Test
  void thePageOnDataFramesListsAllColumns() throws IOException {
    String page = Files.readString(Path.of("docs", "dataframes.md"));
    CheckpointView model = Trawl.checkpoint(spark, FORMS.get("compare-models").get("first"));
    ComparisonView comparison =
        Trawl.compare(
            spark,
            FORMS.get("compare-models").get("first"),
            FORMS.get("compare-models").get("second"));
    FactorsView factors = Trawl.factors(spark, FORMS.get("factors").get("path"));
    SweepView sweep = Trawl.sweep(spark, FORMS.get("sweep-results").get("path"));
    Map<String, Dataset<Row>> frames = new LinkedHashMap<>();
    frames.put("checkpoint tensors", model.tensors());
    frames.put("checkpoint matrices", model.matrices());
    frames.put("checkpoint stacks", model.stacks());
    frames.put("checkpoint remarks", model.remarks());
    frames.put("checkpoint norms", model.norms());
    frames.put("checkpoint spectra", model.spectra("up", "0"));
    frames.put("compare tensors", comparison.tensors());
    frames.put("compare layers", comparison.layers());
    frames.put("factors members", factors.members());
    frames.put("factors components", factors.components());
    frames.put("factors shares", factors.shares());
    frames.put("factors similarity", factors.similarity());
    frames.put("sweep summary", sweep.summary());
    frames.put("sweep leaderboard", sweep.leaderboard());
    frames.put("sweep heatMap", sweep.heatMap());
    frames.put("sweep race", sweep.race());
    frames.put("sweep rounds", sweep.rounds());
    frames.put("sweep spectra", sweep.spectra());
    Map<String, Map<String, String>> documented = documented(page);
    assertThat(documented.keySet()).isEqualTo(frames.keySet());
    frames.forEach(
        (name, frame) -> {
          Map<String, String> columns = new TreeMap<>();
          for (StructField field : frame.schema().fields()) {
            columns.put(field.name(), field.dataType().sql().toLowerCase(Locale.ROOT));
          }
          assertThat(documented.get(name)).as(name).isEqualTo(columns);
        });
  }

  /** Names and types of columns by section and method. */
  private static Map<String, Map<String, String>> documented(String page) {
    Map<String, Map<String, String>> tables = new LinkedHashMap<>();
    String section = "";
    String method = "";
    for (String line : page.lines().toList()) {
      if (line.startsWith("## ")) {
        section = line.substring(3);
      } else if (line.matches("`\\w+\\(.*\\)`: .*")) {
        method = line.substring(1, line.indexOf('('));
      } else if (line.startsWith("| `")) {
        String[] cells = line.split("\\|", -1);
        String type = cells[2].strip().replaceFirst("array of (\\w+)", "array<$1>");
        for (String name : cells[1].replace("`", "").split(",", -1)) {
          tables
              .computeIfAbsent(section + " " + method, key -> new TreeMap<>())
              .put(name.strip(), type);
        }
      }
    }
    return tables;
  }

  private static Map<String, Table> byTitle(String note) throws IOException {
    List<Table> tables = run(note);
    Map<String, Table> byTitle = new LinkedHashMap<>();
    List<Note.Paragraph> paragraphs = Note.read(Path.of("notebooks", note + ".zpln")).paragraphs();
    for (int i = 0; i < tables.size(); i++) {
      byTitle.put(paragraphs.get(i).title(), tables.get(i));
    }
    return byTitle;
  }

  @Test
  void resultsOfARunComeWithoutTheRun() throws IOException {
    Note saved = Note.read(Path.of("notebooks", "factors.zpln"));
    Note ran = Note.read(Path.of("notebooks", "factors.zpln"));
    for (Note.Paragraph paragraph : ran.paragraphs()) {
      paragraph.json().addProperty("user", "somebody");
      paragraph.json().addProperty("dateStarted", "Nov 27, 2026");
      paragraph
          .json()
          .add(
              "results",
              JsonParser.parseString(
                  "{\"code\":\"SUCCESS\",\"msg\":[{\"type\":\"TABLE\",\"data\":\"a\\n1\\n\"},{\"type\":\"TEXT\",\"data\":\"\"}]}"));
    }
    NoteResults.take(ran.json(), saved);
    assertThat(saved.text()).doesNotContain("somebody", "Nov 27");
    for (Note.Paragraph paragraph : saved.paragraphs()) {
      assertThat(paragraph.json().get("results"))
          .hasToString(
              "{\"code\":\"SUCCESS\",\"msg\":[{\"type\":\"TABLE\",\"data\":\"a\\n1\\n\"}]}");
      assertThat(paragraph.json().get("status").getAsString()).isEqualTo("FINISHED");
    }
  }

  @ParameterizedTest
  @MethodSource("notes")
  void savedNotesAreAsZeppelinSavesThemAndDiffWell(Path file) throws IOException {
    String saved = Files.readString(file);
    assertThat(Note.read(file).text()).isEqualTo(saved);
    Set<String> keys = new TreeSet<>();
    collectKeys(Note.read(file).json(), keys);
    assertThat(keys)
        .doesNotContain(
            "user", "dateUpdated", "dateCreated", "dateStarted", "dateFinished", "jobName");
    assertThat(saved)
        .doesNotContainPattern("(?i)\\b20\\d\\d-\\d\\d-\\d\\d")
        .doesNotContain("\\u001b", "jobUrl", "http:")
        .doesNotContainPattern("(file:|[\\s\"\\u0027]/(home|root|tmp|work|Users|var|opt)/)");
    for (Note.Paragraph paragraph : Note.read(file).paragraphs()) {
      assertThat(paragraph.json().get("id").getAsString()).startsWith(name(file) + "-");
    }
  }

  private static void collectKeys(JsonElement element, Set<String> keys) {
    if (element.isJsonObject()) {
      element
          .getAsJsonObject()
          .entrySet()
          .forEach(
              entry -> {
                keys.add(entry.getKey());
                collectKeys(entry.getValue(), keys);
              });
    } else if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(each -> collectKeys(each, keys));
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".zpln", "");
  }
}
