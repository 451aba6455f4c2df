package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.factors.FactorEdits;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.yaml.FrontMatter;
import io.github.trawl.yaml.InvalidYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Points of a sweep of a small model, written as checkpoints. */
@Tag("slow")
class FromSweepTest {
  private static final Pattern RECIPE = Pattern.compile("(?s)```yaml\\n(.*?)```");
  private static final String CARD = "---\nlicense: mit\nlanguage: no\n---\n# Of old\n";

  @TempDir private static Path folder;

  @BeforeAll
  static void sweep() throws IOException {
    LocalSpark.use(folder);
    Path model = SmallModels.write("bert", folder.resolve("model"));
    Files.writeString(model.resolve("README.md"), CARD);
    Files.createDirectories(model.resolve(".eval_results"));
    Files.writeString(model.resolve(".eval_results/old.yaml"), "[]");
    Path task = SmallModels.task(folder.resolve("task"), 60);
    Files.writeString(
        task,
        Files.readString(task)
            + "metadata:\n  version: 2.0\n  hub_dataset: some/words\n  hub_task: fill\n");
    Files.writeString(
        folder.resolve("grid.yaml"),
        """
        task: %s
        screen: none
        grid:
          - layers: each
            method: cp
            rank: 2
            seed: 1..2
          - layers: all
            method: cp
            rank: 4
            seed: 1
            start: centred
          - layers: all
            method: svd
            ratio: [0.1, 0.5]
        """
            .formatted(task));
    CommandRun run =
        CommandRun.of(
            "sweep",
            "--config",
            folder.resolve("grid.yaml").toString(),
            "--model",
            model.toString(),
            "--output",
            folder.resolve("sweep").toString(),
            "--memory.off-heap",
            "256m");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @AfterAll
  static void cleanUp() {
    LocalSpark.forget();
  }

  /** The point has stacks of two layers, each of them solved for it alone. */
  @Test
  void aPointHasTheBitsOfItsRecipe() throws IOException {
    String point = "layer-fc-all-cp-centred-r4-s1";
    Path written = write(point);
    Path solved = solve(point, written);
    assertSameBits(written, solved, "model.safetensors");
    assertThat(names(written.resolve("factors")))
        .containsExactly("layer-0-fc.arrow", "layer-1-fc.arrow")
        .isEqualTo(names(solved.resolve("factors")));
    for (String name : names(written.resolve("factors"))) {
      assertSameBits(written, solved, "factors/" + name);
    }
    JsonNode manifest = json(written.resolve("trawl.json"));
    JsonNode other = json(solved.resolve("trawl.json"));
    for (String key : List.of("format", "weights", "seeds", "input", "output")) {
      assertThat(manifest.get(key)).as(key).isEqualTo(other.get(key));
    }
    for (String key : List.of("stacks", "tensors")) {
      assertThat(withoutSeconds(manifest.get(key))).isEqualTo(withoutSeconds(other.get(key)));
    }
    ObjectNode options = (ObjectNode) manifest.get("config");
    assertThat(options.remove("from-sweep").asText()).isEqualTo(folder.resolve("sweep").toString());
    assertThat(options.remove("point").asText()).isEqualTo(point);
    for (Map.Entry<String, JsonNode> entry : other.get("config").properties()) {
      if (!entry.getKey().equals("output")) {
        assertThat(options.get(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
      }
    }
    assertThat(manifest.at("/sweep/point/id").asText()).isEqualTo(point);
  }

  /**
   * The sweep took it from the decomposition of a larger ratio, whose last digits of fit differ.
   */
  @Test
  void aRatioOfSeveralHasTheWeightsOfItsRecipe() throws IOException {
    String point = "layer-fc-all-svd-p0.1";
    Path written = write(point);
    Path solved = solve(point, written);
    assertSameBits(written, solved, "model.safetensors");
    assertThat(names(written.resolve("factors")))
        .hasSize(4)
        .isEqualTo(names(solved.resolve("factors")));
    for (String name : names(written.resolve("factors"))) {
      assertThat(member(written.resolve("factors").resolve(name), "p0.1").tensors())
          .usingRecursiveComparison()
          .isEqualTo(member(solved.resolve("factors").resolve(name), "p0.1").tensors());
    }
  }

  /** Solved with another seed in one batch, in which small stacks round otherwise than alone. */
  @Test
  void aMemberOfABatchIsTakenAsItIs() throws IOException {
    String point = "layer-fc-1-cp-r2-s2";
    Path written = write(point);
    String[] source =
        point(json(folder.resolve("sweep/result.json")), point)
            .get("factors")
            .get(0)
            .asText()
            .split("#", 2);
    assertThat(source[1]).isEqualTo("r2-s2");
    FactorSet taken = member(written.resolve("factors/layer-1-fc.arrow"), "r2-s2");
    FactorSet swept = member(folder.resolve("sweep").resolve(source[0]), "r2-s2");
    assertThat(taken).usingRecursiveComparison().isEqualTo(swept);
    assertThat(taken.provenance()).containsEntry("method", "cp").containsKey("numerics");
  }

  @Test
  void theBestScoresWhatTheSweepMeasuredAndIsWrittenOnce()
      throws IOException, InvalidYamlException {
    Path written = folder.resolve("best");
    assertDone(denoise(written));
    JsonNode result = json(folder.resolve("sweep/result.json"));
    String best = result.at("/choice/best").asText();
    assertThat(json(written.resolve("trawl.json")).at("/config/point").asText()).isEqualTo(best);
    assertDone(
        CommandRun.of(
            "evaluate",
            "--model",
            written.toString(),
            "--task",
            folder.resolve("task/words.yaml").toString(),
            "--output",
            folder.resolve("scores.json").toString()));
    JsonNode scores = json(folder.resolve("scores.json")).at("/results/words");
    JsonNode point = point(result, best);
    for (String split : List.of("validation", "test")) {
      assertThat(scores.get("accuracy," + split)).isEqualTo(point.get(split).get("value"));
    }

    String card = Files.readString(written.resolve("README.md"));
    assertThat(FrontMatter.of(card))
        .containsExactly(
            Map.entry("base_model", "model"),
            Map.entry("tags", List.of("trawl", "denoised")),
            Map.entry("license", "mit"),
            Map.entry("language", "no"));
    assertThat(card)
        .contains("the best on validation of 7 edits", "[README-base.md](README-base.md)")
        .contains("--from-sweep sweep --point " + best + " --output best");
    assertThat(written.resolve("README-base.md")).hasContent(CARD);
    assertThat(names(written.resolve(".eval_results"))).containsExactly("trawl.yaml");
    assertThat(written.resolve(".eval_results/trawl.yaml"))
        .content()
        .contains("id: some/words", "task_id: fill", "value: " + point.at("/test/value"));

    byte[] manifest = Files.readAllBytes(written.resolve("trawl.json"));
    CommandRun again = denoise(written);
    assertDone(again);
    assertThat(again.out()).hasLineCount(1).contains("is there already");
    assertThat(written.resolve("trawl.json")).hasBinaryContent(manifest);
    CommandRun other = denoise(written, "--point", "layer-fc-all-svd-p0.1");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("exists already", "--overwrite");
    assertDone(denoise(written, "--point", "layer-fc-all-svd-p0.1", "--overwrite"));
  }

  /**
   * As a sweep leaves them that found that one improves the other. Of strategy model, both points
   * have a stack named model-fc, each of the same matrices as by layer.
   */
  @ParameterizedTest
  @CsvSource({"layer, 2, layer-1-fc, layer-0-fc", "model, 1, model-fc, model-fc-2"})
  void pointsThatWerePutTogetherAreWrittenTogether(
      String strategy, int seed, String firstStack, String secondStack) throws IOException {
    List<String> points = List.of("layer-fc-1-cp-r2-s" + seed, "layer-fc-0-cp-r2-s1");
    Path sweep = Files.createDirectories(folder.resolve("composing " + strategy));
    Files.createSymbolicLink(sweep.resolve("factors"), folder.resolve("sweep/factors"));
    ObjectNode result = (ObjectNode) json(folder.resolve("sweep/result.json"));
    points.forEach(id -> ((ObjectNode) point(result, id)).put("strategy", strategy));
    ObjectNode step = result.putArray("composed").addObject();
    step.setAll((ObjectNode) point(result, points.get(0)).deepCopy());
    step.retain("validation", "test", "state", "metrics");
    step.put("id", String.join("+", points)).put("accepted", true).put("p", 0.03);
    points.forEach(step.putArray("points")::add);
    Files.writeString(sweep.resolve("result.json"), result.toString());

    Path written = folder.resolve("composed " + strategy);
    assertDone(
        CommandRun.of(
            "denoise",
            "--from-sweep",
            sweep.toString(),
            "--point",
            "composed",
            "--output",
            written.toString()));
    byte[] original = Files.readAllBytes(folder.resolve("model/model.safetensors"));
    byte[] expected = Files.readAllBytes(write(points.get(0)).resolve("model.safetensors"));
    byte[] second = Files.readAllBytes(write(points.get(1)).resolve("model.safetensors"));
    for (int i = 0; i < expected.length; i++) {
      expected[i] = expected[i] == original[i] ? second[i] : expected[i];
    }
    assertThat(written.resolve("model.safetensors")).hasBinaryContent(expected);
    JsonNode manifest = json(written.resolve("trawl.json"));
    assertThat(manifest.at("/config/point").asText()).isEqualTo(String.join("+", points));
    assertThat(manifest.get("config").has("rank")).isFalse();
    assertThat(manifest.get("stacks").findValuesAsText("stack"))
        .containsExactly(firstStack, secondStack);
    for (JsonNode tensor : manifest.get("tensors")) {
      String stack = tensor.get("layer").asInt() == 1 ? firstStack : secondStack;
      assertThat(tensor.get("stack").asText()).isEqualTo(stack);
      assertThat(tensor.get("factors").asText()).isEqualTo("factors/" + stack + ".arrow");
    }
    assertThat(names(written.resolve("factors")))
        .containsExactlyInAnyOrder(firstStack + ".arrow", secondStack + ".arrow");
    assertThat(manifest.get("seeds").toString()).isEqualTo(seed == 1 ? "[1]" : "[2,1]");
    assertThat(editsOf(written + "/factors/" + firstStack + ".arrow"))
        .containsEntry("r2-s" + seed, 2L);
    if (seed == 1) {
      assertThat(editsOf(written.toString())).isEqualTo(Map.of("r2-s1", 4L));
    }
    assertThat(Files.readString(written.resolve("README.md")))
        .contains("It combines 2 edits", "--point composed", "each with one of the recipes");
  }

  @Test
  void theModelMayLieElsewhereButMustBeTheVeryOne() throws IOException, InvalidYamlException {
    Path moved = SmallModels.write("bert", folder.resolve("no: <script> #`x` | y"));
    Path written = folder.resolve("of moved");
    assertDone(denoise(written, "--point", "suggested", "--model", moved.toString()));
    String card = Files.readString(written.resolve("README.md"));
    assertThat(FrontMatter.of(card))
        .containsExactly(
            Map.entry("base_model", "no: <script> #`x` | y"),
            Map.entry("tags", List.of("trawl", "denoised")));
    assertThat(card).contains("--output 'of moved'").doesNotContain("README-base");

    Path changed = SmallModels.write("bert", folder.resolve("changed"));
    Path shard = changed.resolve("model.safetensors");
    byte[] weights = Files.readAllBytes(shard);
    weights[weights.length - 1]++;
    Files.write(shard, weights);
    assertRefused(
        denoise(folder.resolve("never"), "--model", changed.toString()),
        3,
        "is not the model that",
        "--model");
    assertThat(folder.resolve("never")).doesNotExist();
  }

  @Test
  void flagsThatThePointDecidesAreRefused() {
    Path output = folder.resolve("never");
    assertRefused(
        denoise(output, "--rank", "3", "--layers", "0", "--seed", "0"),
        2,
        "--from-sweep",
        "leave out --layers, --rank, --seed");
    for (String flag :
        List.of(
            "--strategy=layer",
            "--matrices=fc",
            "--method=cp",
            "--ratio=0.1",
            "--start=uniform",
            "--acceleration=none",
            "--max-iterations=100",
            "--tolerance=1")) {
      assertRefused(denoise(output, flag), 2, "leave out " + flag.replaceFirst("=.*", ""));
    }
    assertRefused(denoise(output, "--set", "rank=3"), 2, "leave out --rank");
    assertRefused(
        CommandRun.of("denoise", "--model", "x", "--output", "y", "--rank", "2", "--point", "z"),
        2,
        "--point needs --from-sweep");
    assertRefused(
        denoise(output, "--point", "layer-fc-1-cp-r2-s3"),
        2,
        "no point layer-fc-1-cp-r2-s3",
        "layer-fc-1-cp-r2-s1");
    assertThat(output).doesNotExist();
  }

  /** The number of matrices that factors replace, by the name of the decomposition. */
  private static Map<String, Long> editsOf(String location) {
    Configuration hadoop = new Configuration();
    Checkpoint model =
        Checkpoint.open(new org.apache.hadoop.fs.Path(folder.resolve("model").toString()), hadoop);
    Map<String, Long> counts = new TreeMap<>();
    new FactorEdits(model, Architecture.forModel(model), hadoop)
        .find(location)
        .forEach((name, edits) -> counts.put(name, (long) edits.size()));
    return counts;
  }

  private static CommandRun denoise(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "denoise",
                "--from-sweep",
                folder.resolve("sweep").toString(),
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static Path write(String point) {
    Path written = folder.resolve("of-" + point);
    // The same request finds its output and succeeds.
    assertDone(denoise(written, "--point", point));
    return written;
  }

  /** Runs the recipe of a model card. */
  private static Path solve(String point, Path written) throws IOException {
    Matcher recipe = RECIPE.matcher(Files.readString(written.resolve("README.md")));
    assertThat(recipe.find()).isTrue();
    Path config = Files.writeString(folder.resolve(point + ".yaml"), recipe.group(1));
    Path solved = folder.resolve("solved-" + point);
    assertDone(
        CommandRun.of(
            "denoise",
            "--config",
            config.toString(),
            "--model",
            folder.resolve("model").toString(),
            "--output",
            solved.toString()));
    return solved;
  }

  private static void assertSameBits(Path written, Path solved, String name) {
    assertThat(written.resolve(name)).hasSameBinaryContentAs(solved.resolve(name));
  }

  private static FactorSet member(Path file, String name) {
    return FactorFile.readMember(
        new org.apache.hadoop.fs.Path(file.toString()), name, new Configuration());
  }

  private static void assertDone(CommandRun run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static void assertRefused(CommandRun run, int exitCode, String... parts) {
    assertThat(run.err()).hasLineCount(1).contains(parts);
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static JsonNode withoutSeconds(JsonNode list) {
    list.forEach(each -> ((ObjectNode) each).remove("seconds"));
    return list;
  }

  private static JsonNode point(JsonNode result, String id) {
    for (JsonNode point : result.get("points")) {
      if (point.get("id").asText().equals(id)) {
        return point;
      }
    }
    throw new AssertionError(id + " is not there");
  }

  /** Names of files, without the checksums of Hadoop's local file system. */
  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }
}
