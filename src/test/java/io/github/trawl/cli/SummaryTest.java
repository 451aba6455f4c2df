package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.sweep.ledger.Ledger;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a run tells a scheduler, however it ends. */
class SummaryTest {
  @TempDir private static Path folder;
  private static Path model;
  private static Path task;

  @BeforeAll
  static void write() throws IOException {
    LocalSpark.use(folder);
    model = SmallModels.write("bert", folder.resolve("model"));
    task = SmallModels.task(folder.resolve("task"), 60);
  }

  @AfterAll
  static void cleanUp() {
    LocalSpark.forget();
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoise", "evaluate", "sweep"})
  void wrongUsageIsRefused(String command) throws IOException {
    Path file = folder.resolve(command).resolve("new folder").resolve("wrong.json");
    CommandRun run = CommandRun.of(command, "--summary", file.toString(), "--no-such-flag");
    assertThat(run.exitCode()).isEqualTo(2);
    JsonNode line = line(file);
    assertOutcome(line, command, "refused", run);
    assertThat(line.get("error").asText()).contains("unknown option '--no-such-flag'");
    assertThat(line.has("output")).isFalse();
  }

  @Test
  void aWrongConfigurationIsRefused() throws IOException {
    Path config = Files.writeString(folder.resolve("wrong.yaml"), "rnak: 3\n");
    Path file = folder.resolve("config.json");
    CommandRun run =
        CommandRun.of("denoise", "--config", config.toString(), "--set", "summary=" + file);
    assertOutcome(line(file), "denoise", "refused", run);
    assertThat(line(file).get("error").asText()).contains("unknown key 'rnak'");
  }

  @Test
  void badInputIsRefusedAndItsCredentialsAreHidden() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("bad.yaml"),
            "model: %s\nrank: 2\nsummary: %s\n"
                .formatted(folder.resolve("nothing"), folder.resolve("bad.json")));
    CommandRun run =
        CommandRun.of(
            "denoise",
            "--config=" + config,
            "--output",
            folder.resolve("out").toString(),
            "--architecture",
            "nosuchfs://user:hidden@host/file");
    assertThat(run.exitCode()).isEqualTo(3);
    JsonNode line = line(folder.resolve("bad.json"));
    assertOutcome(line, "denoise", "refused", run);
    assertThat(line.toString()).doesNotContain("hidden");
  }

  /** A run that finds its own output there is done, too, wherever it tells so. */
  @Test
  void denoiseTellsOfItsOutput() throws IOException {
    Path output = folder.resolve("denoised");
    for (String name : List.of("first.json", "second.json")) {
      Path file = folder.resolve(name);
      CommandRun run =
          CommandRun.of(
              "denoise",
              "--model=" + model,
              "--output=" + output,
              "--rank=2",
              "--memory.off-heap=256m",
              "--summary=" + file);
      assertThat(run.exitCode()).as(run.err()).isZero();
      JsonNode line = line(file);
      assertOutcome(line, "denoise", "done", run);
      assertThat(line.get("output").asText()).isEqualTo(output.toString());
      assertThat(line.has("error")).isFalse();
      assertThat(line.has("application")).isEqualTo(name.equals("first.json"));
    }
    assertThat(json(output.resolve("trawl.json")).get("config").has("summary")).isFalse();
  }

  @Test
  void evaluateTellsOfItsResults() throws IOException {
    Path file = folder.resolve("evaluate.json");
    Path results = folder.resolve("results.json");
    CommandRun run =
        CommandRun.of(
            "evaluate",
            "--model=" + model,
            "--task=" + task,
            "--output=" + results,
            "--limit=5",
            "--memory.off-heap=256m",
            "--summary=" + file);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertOutcome(line(file), "evaluate", "done", run);
    assertThat(line(file).get("output").asText()).isEqualTo(results.toString());
  }

  @Test
  void sweepTellsOfItsPointsAndTheBest() throws IOException {
    Path file = folder.resolve("sweep.json");
    Path output = folder.resolve("sweep");
    CommandRun stopped = sweep(output, file, "--stop.hours=0.0000001");
    assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(4);
    assertOutcome(line(file), "sweep", "incomplete", stopped);
    assertThat(line(file).at("/sweep/state").asText()).isEqualTo("stopped");
    assertThat(line(file).at("/sweep/missing").asInt()).isEqualTo(2);
    assertThat(line(file).has("best")).isFalse();

    CommandRun run = sweep(output, file);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode line = line(file);
    assertOutcome(line, "sweep", "done", run);
    assertThat(line.get("sweep").toString())
        .isEqualTo(
            "{\"state\":\"complete\",\"planned\":2,\"done\":2,\"pruned\":0,\"failed\":0,\"missing\":0,\"failures\":0}");
    JsonNode result = json(output.resolve("result.json"));
    JsonNode best = line.get("best");
    assertThat(best.get("point")).isEqualTo(result.at("/choice/best"));
    JsonNode point = point(result, best.get("point").asText());
    assertThat(best.get("difference")).isEqualTo(point.at("/test/difference/value"));
    assertThat(best.get("p")).isEqualTo(point.at("/test/p"));
    assertThat(best.get("family_wise_p")).isEqualTo(point.get("family_wise_p"));
    assertThat(best.get("split").asText()).isEqualTo("test");

    CommandRun status =
        CommandRun.of("sweep", "--status", output.toString(), "--summary", file.toString());
    assertThat(status.exitCode()).isZero();
    // What failed in a run is its own to tell.
    assertThat(line(file).get("sweep"))
        .isEqualTo(((ObjectNode) line.get("sweep")).without("failures"));
    assertThat(line(file).get("best")).isEqualTo(best);
  }

  /** Two runs of a scheduler have one file: that which is kept out leaves it to the other. */
  @Test
  void aRunThatIsRefusedLeavesTheFileToTheOneAtWork() throws IOException {
    Path output = folder.resolve("held");
    Path own = folder.resolve("own.json");
    assertThat(sweep(output, own).exitCode()).isZero();
    Path file = output.resolve("summary.json");
    summaryOf(file).begin();
    String before = Files.readString(file);
    try (Ledger ledger =
        Ledger.open(
            new org.apache.hadoop.fs.Path(output.toUri()),
            (ObjectNode) json(output.resolve("sweep.json")).get("identity"),
            Duration.ofSeconds(60),
            new Configuration())) {
      assertThat(ledger.holder()).isPresent();
      CommandRun refused = sweep(output, file);
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err()).contains("another run writes to it");
      assertThat(file).hasContent(before);

      CommandRun other = sweep(output, own);
      assertOutcome(line(own), "sweep", "refused", other);
      // What has ended, or began after the other run took the output, is not that run's.
      String later = Instant.now().plusSeconds(3600).toString();
      for (String earlier :
          List.of(
              before.replace("running", "done"),
              before.replaceFirst("start\":\"[^\"]*", "start\":\"" + later))) {
        Files.writeString(own, earlier);
        sweep(output, own);
        assertThat(line(own).get("state").asText()).isEqualTo("refused");
      }
    }
  }

  /** Picocli catches exceptions alone. */
  @Test
  void anErrorOfTheDriverIsTold() throws IOException {
    Path file = folder.resolve("error.json");
    StringWriter err = new StringWriter();
    CommandLine commands = new CommandLine(new TrawlCommand());
    EnumConverter.register(commands);
    commands.setExecutionStrategy(
        parsed -> {
          throw new NoClassDefFoundError("org/example/Missing");
        });
    FailureReporter failures = new FailureReporter(new PrintWriter(err, true), false);
    int exitCode =
        new SummarizedRun(commands, failures)
            .run(new String[] {"denoise", "--rank=2", "--summary=" + file});
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString())
        .hasLineCount(1)
        .contains("unexpected failure: java.lang.NoClassDefFoundError: org/example/Missing");
    assertOutcome(line(file), "denoise", "failed", new CommandRun(exitCode, "", err.toString()));
  }

  /** Its --summary, --config and --set would not be seen. */
  @Test
  void aFileOfArgumentsIsNoArgument() throws IOException {
    Path file = folder.resolve("in-a-file.json");
    Path arguments = Files.writeString(folder.resolve("args.txt"), "--summary=" + file);
    CommandRun run = CommandRun.of("denoise", "@" + arguments);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("unexpected argument '@" + arguments + "'");
    assertThat(file).doesNotExist();
  }

  /** A run that was killed must not be taken for the one before it. */
  @Test
  void theFileOfAnEarlierRunIsReplacedAtTheStart() throws IOException {
    Path file = Files.writeString(folder.resolve("earlier.json"), "{\"state\": \"done\"}\n");
    summaryOf(file).begin();
    assertThat(line(file).get("state").asText()).isEqualTo("running");
    assertThat(line(file).has("exit_code")).isFalse();
  }

  private static RunSummary summaryOf(Path file) {
    return RunSummary.of(
            new String[] {"sweep", "--summary=" + file}, new CommandLine(new TrawlCommand()))
        .orElseThrow();
  }

  @Test
  void aPlaceThatCannotBeIsRefusedBeforeTheRun() throws IOException {
    Path output = folder.resolve("untouched");
    CommandRun inside =
        CommandRun.of(
            "denoise",
            "--model=" + model,
            "--rank=2",
            "--output=" + output,
            "--summary=" + output.resolve("summary.json"));
    assertThat(inside.exitCode()).isEqualTo(2);
    assertThat(inside.err()).contains("--summary", "in the output");
    assertThat(output).doesNotExist();

    Path blocked = Files.writeString(folder.resolve("blocked"), "");
    CommandRun unwritable =
        CommandRun.of("denoise", "--rank=2", "--summary=" + blocked.resolve("summary.json"));
    assertThat(unwritable.exitCode()).isEqualTo(1);
    assertThat(unwritable.err()).contains("--summary", "can't be written");
    assertThat(unwritable.err().lines()).hasSize(1);
  }

  @Test
  void helpWritesNothing() {
    Path file = folder.resolve("help.json");
    assertThat(CommandRun.of("sweep", "--summary", file.toString(), "--help").exitCode()).isZero();
    assertThat(CommandRun.of("plan", "--summary", file.toString()).exitCode()).isEqualTo(2);
    assertThat(file).doesNotExist();
  }

  private static void assertOutcome(JsonNode line, String command, String state, CommandRun run) {
    assertThat(line.get("format").asInt()).isEqualTo(1);
    assertThat(line.get("command").asText()).isEqualTo(command);
    assertThat(line.get("state").asText()).isEqualTo(state);
    assertThat(line.get("exit_code").asInt()).isEqualTo(run.exitCode());
    if (run.exitCode() != 0) {
      assertThat(run.err()).contains(line.get("error").asText());
    }
    Instant start = Instant.parse(line.get("start").asText());
    assertThat(Instant.parse(line.get("end").asText())).isAfterOrEqualTo(start);
    assertThat(line.get("seconds").asDouble()).isNotNegative();
  }

  private static CommandRun sweep(Path output, Path file, String... others) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("sweep", "--grid=" + folder + "/grid.yaml"));
    arguments.addAll(List.of("--task=" + task, "--model=" + model, "--output=" + output));
    arguments.addAll(List.of("--memory.off-heap=256m", "--summary=" + file));
    arguments.addAll(List.of(others));
    Files.writeString(folder.resolve("grid.yaml"), "grid:\n  - {layers: 1, rank: [2, 4]}\n");
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode point(JsonNode result, String id) {
    for (JsonNode point : result.get("points")) {
      if (point.get("id").asText().equals(id)) {
        return point;
      }
    }
    throw new AssertionError(id + " is not there");
  }

  /** The one line of a summary, beside which nothing is left. */
  private static JsonNode line(Path file) throws IOException {
    String text = Files.readString(file);
    assertThat(text).endsWith("}\n");
    assertThat(text.lines()).hasSize(1);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .noneMatch(name -> name.contains("trawl-part"));
    }
    return new ObjectMapper().readTree(text);
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
