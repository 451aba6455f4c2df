package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.sweep.Screening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ConfigurationTest {
  @TempDir private Path folder;

  /** Every key of a run with its default; a change here changes results of users. */
  @Test
  void keysAndDefaults() {
    Map<String, String> expected = new TreeMap<>();
    expected.put("acceleration", "none");
    expected.put("architecture", null);
    expected.put("distributed.block-size", "64m");
    expected.put("distributed.threshold", "1g");
    expected.put("input-digest", "true");
    expected.put("from-sweep", null);
    expected.put("keep-other-weights", null);
    expected.put("layers", "all");
    expected.put("matrices", "fc");
    expected.put("max-iterations", "100");
    expected.put("memory.off-heap", "4g");
    expected.put("method", "cp");
    expected.put("model", null);
    expected.put("output", null);
    expected.put("overwrite", null);
    expected.put("point", null);
    expected.put("rank", null);
    expected.put("ratio", null);
    expected.put("seed", "0");
    expected.put("start", "uniform");
    expected.put("strategy", "layer");
    expected.put("summary", null);
    expected.put("threads-per-stack", null);
    expected.put("tolerance", null);
    expected.put("verify", "structure");
    Map<String, String> actual = keys("denoise");
    assertThat(actual).isEqualTo(expected);
    // A point of a sweep has been planned with its sweep.
    expected.keySet().removeAll(Set.of("from-sweep", "point"));
    assertThat(keys("plan")).containsAllEntriesOf(expected);
  }

  @Test
  void keysAndDefaultsOfEvaluate() {
    Map<String, String> expected = new TreeMap<>();
    expected.put("answer-tokenizer", null);
    expected.put("apply-chat-template", null);
    expected.put("fewshot-as-multiturn", null);
    expected.put("architecture", null);
    expected.put("batch-size", "64");
    expected.put("cores", null);
    expected.put("data", null);
    expected.put("device", "auto");
    expected.put("dtype", "float32");
    expected.put("examples", null);
    expected.put("executors", "1");
    expected.put("factors", null);
    expected.put("fewshot-seed", "1234");
    expected.put("gflops", "40.0");
    expected.put("limit", null);
    expected.put("log-samples", null);
    expected.put("max-length", null);
    expected.put("memory.off-heap", "4g");
    expected.put("model", null);
    expected.put("network", "1.25");
    expected.put("num-fewshot", null);
    expected.put("output", null);
    expected.put("overwrite", null);
    expected.put("plan", null);
    expected.put("summary", null);
    expected.put("system-instruction", null);
    expected.put("task", null);
    expected.put("threads", null);
    expected.put("weights", "auto");
    assertThat(keys("evaluate")).isEqualTo(expected);
  }

  @Test
  void toleranceDependsOnTheMethod() {
    assertThat(options("--method=cp", "--rank=3").tolerance()).isEqualTo(1e-7);
    assertThat(options("--method=tucker", "--rank=3").tolerance()).isEqualTo(1e-4);
    assertThat(options("--method=tucker", "--rank=3", "--tolerance=0").tolerance()).isZero();
  }

  @Test
  void theLargestNumberIsANumberOfAList() {
    assertThat(NumberList.of("1,9223372036854775807").values()).containsExactly(1L, Long.MAX_VALUE);
  }

  /** The file system of the file, too, is the one that Spark's settings describe. */
  @Test
  void readsTheFileByTheSettingsOfSpark() throws IOException {
    Path file = write("rank: 7\n");
    String known = "spark.hadoop.fs.faulty.impl";
    System.setProperty(known, FaultyFileSystem.class.getName());
    System.setProperty(
        "spark.hadoop.faulty.rules", FaultyFileSystem.configuration().get("faulty.rules"));
    try {
      assertThat(parse("denoise", "--config", FaultyFileSystem.path(file).toString()))
          .containsEntry("rank", NumberList.of("7"));
    } finally {
      System.clearProperty(known);
      System.clearProperty("spark.hadoop.faulty.rules");
    }
  }

  @Test
  void setWinsOverFlagsAndFlagsOverTheFile() throws IOException {
    Path file = write("rank: 1\nseed: 1\nmax-iterations: 1\noverwrite: true\n");
    Map<String, Object> values =
        parse(
            "denoise",
            "--set",
            "max-iterations=3",
            "--set=overwrite=false",
            "--rank",
            "2",
            "--max-iterations=2",
            "--config",
            file.toString());
    assertThat(values)
        .containsEntry("seed", NumberList.of("1"))
        .containsEntry("rank", NumberList.of("2"))
        .containsEntry("max-iterations", 3)
        .containsEntry("overwrite", false);
  }

  /**
   * A list from the command line takes the place of the file's, it does not join it. Commas are
   * divided at later, when paths that hold one can be looked for.
   */
  @Test
  void listsAreReplacedAsAWhole() throws IOException {
    Path file = write("task: [a, b]\nfactors: x\nlimit: 5\n");
    String config = "--config=" + file;
    assertThat(parse("evaluate", config))
        .containsEntry("task", List.of("a,b"))
        .containsEntry("factors", List.of("x"))
        .containsEntry("limit", 5);
    assertThat(parse("evaluate", config, "--task", "c", "--task=d,e"))
        .containsEntry("task", List.of("c", "d,e"))
        .containsEntry("factors", List.of("x"));
    assertThat(parse("evaluate", "--task", "c", "--limit=7", "--task=d", config, "--set=task=e,f"))
        .containsEntry("task", List.of("e,f"))
        .containsEntry("limit", 7);
    // A line break in a value is no end of the flag's name.
    assertThat(parse("evaluate", "--task=c\nd", "--limit=7", config, "--set=task=e,f"))
        .containsEntry("task", List.of("e,f"));
  }

  @ParameterizedTest
  @CsvSource({"evaluate-facts.yaml, world-facts, 0", "evaluate-factors.yaml, qa-wikidata, 3"})
  void theExamplesOfEvaluateAreValid(String name, String task, int factors) {
    Map<String, Object> values = parse("evaluate", "--config", "conf/" + name);
    assertThat(values).containsEntry("task", List.of(task)).containsEntry("batch-size", 64);
    List<String> named =
        ((List<?>) values.get("factors"))
            .stream().flatMap(list -> Stream.of(list.toString().split(","))).toList();
    assertThat(named).hasSize(factors);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "paper-encoder",
        "paper-gptj",
        "paper-llama2-7b",
        "laser",
        "nightly"
      })
  void theExamplesOfSweepAreValid(String name) {
    String file = "conf/sweeps/" + name + ".yaml";
    Map<String, Object> values = parse("sweep", "--config", file);
    // The grid stays in the file; everything else is a flag.
    assertThat(values).containsEntry("grid", file).containsEntry("screen", Screening.RACE);
  }

  @Test
  void switchesNeedNoValue() {
    Map<String, Object> values = parse("denoise", "--overwrite", "--rank", "2");
    assertThat(values).containsEntry("overwrite", true).containsEntry("rank", NumberList.of("2"));
    assertThat(parse("denoise", "--rank", "2"))
        .containsEntry("overwrite", false)
        .containsEntry("input-digest", true);
    assertThat(parse("denoise", "--input-digest=false")).containsEntry("input-digest", false);
    assertThat(parse("denoise", "--set=input-digest=false")).containsEntry("input-digest", false);
  }

  @Test
  void nestedKeysAndLists() throws IOException {
    Path file = write("memory:\n  off-heap: 1g\nmatrices: [up, down]\nlayers: 11\n");
    Map<String, Object> values = parse("denoise", "--config=" + file);
    assertThat(values)
        .containsEntry("memory.off-heap", new ByteSize(1L << 30))
        .containsEntry("matrices", "up,down")
        .containsEntry("layers", "11");
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoise-layer.yaml", "denoise-model.yaml"})
  void theExamplesAreValid(String name) {
    Map<String, Object> values = parse("denoise", "--config", "conf/" + name);
    assertThat(values).containsEntry("rank", NumberList.of("64")).containsEntry("matrices", "fc");
  }

  @Test
  void unknownKeysAreRefusedWithTheNearestOne() throws IOException {
    assertRefused(write("rnak: 3\n"), "unknown key 'rnak'", "did you mean 'rank'");
    assertRefused(write("memory:\n  offheap: 3g\n"), "'memory.offheap'", "'memory.off-heap'");
    assertRefused(write("config: other.yaml\n"), "unknown key 'config'", "known are acceleration");
    CommandRun run = CommandRun.of("plan", "--set", "sed=3");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--set", "unknown key 'sed'", "did you mean 'seed'");
  }

  @Test
  void wrongTypesAreRefused() throws IOException {
    assertRefused(write("rank: many\n"), "rank", "many");
    assertRefused(write("rank: 2.5\n"), "rank", "2.5");
    assertRefused(write("rank: [1, 1]\n"), "rank", "1,1", "twice");
    assertRefused(write("rank: 5..1\n"), "5..1", "1..5");
    assertRefused(write("rank: 1..100000\n"), "1..100000", "more than 10000");
    assertRefused(write("seed: [1, x]\n"), "seed", "1,x", "1..100");
    assertRefused(write("rank:\n  low: 1\n"), "rank.low");
    assertRefused(write("rank: null\n"), "rank", "must be a text, a number");
    assertRefused(write("overwrite: maybe\n"), "overwrite", "maybe");
    assertRefused(write("seed: 99999999999999999999\n"), "seed");
    assertRefused(write("- rank\n"), "not a map");
    assertRefused(write("rank: 1\nrank: 2\n"), "rank");
    assertRefused(write("rank: [\n"), "line 2");
    assertRefused(folder.resolve("missing.yaml"), "missing.yaml");
    assertRefused(folder, folder.getFileName().toString());
  }

  /** YAML tags that name Java classes, and aliases that expand exponentially. */
  @Test
  @Timeout(10)
  void tagsAndBombsAreRefused() throws IOException {
    assertRefused(write("rank: !!javax.script.ScriptEngineManager [x]\n"), "ScriptEngineManager");
    assertRefused(write("!!java.util.Date 2020-01-01\n"), "java.util.Date");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      String last = "*a" + (i - 1);
      bomb.append("a%d: &a%d [%s, %s, %s]%n".formatted(i, i, last, last, last));
    }
    assertRefused(write(bomb.toString()), "alias");
    assertRefused(write("[".repeat(5000)), "epth");
    assertRefused(write("layers: " + "x".repeat(1 << 20) + "\n"), "larger than 1 MiB");
  }

  @Test
  void ranksAndSeedsAreLists() throws IOException {
    DecompositionOptions batch = options("--rank=1..3,8", "--seed=5,-2..0");
    assertThat(batch.ranks()).containsExactly(1, 2, 3, 8);
    assertThat(batch.seeds()).containsExactly(5L, -2L, -1L, 0L);
    assertThat(options("--method=svd", "--ratio=0.5,0.1").ratios()).containsExactly(0.5, 0.1);
    Path file = write("rank: [16, 64]\nseed: 1..2\n");
    assertThat(parse("denoise", "--config", file.toString()))
        .containsEntry("rank", NumberList.of("16,64"))
        .containsEntry("seed", NumberList.of("1..2"));
    assertThatThrownBy(() -> options("--rank=0..2")).hasMessageContaining("--rank is 0");
    assertThatThrownBy(() -> options("--method=svd", "--ratio=0.1,0.1"))
        .hasMessageContaining("twice");
  }

  /** An option without effect would be a misunderstanding. */
  @ParameterizedTest
  @CsvSource({
    "tucker, --seed=3, cp",
    "svd, --seed=1..3, cp",
    "tucker, --start=centred, cp",
    "svd, --acceleration=extrapolation, cp",
    "svd, --max-iterations=7, cp or tucker",
    "svd, --tolerance=0.1, cp or tucker"
  })
  void optionsOfOtherMethodsAreRefused(String method, String option, String takers) {
    assertThatThrownBy(() -> options("--method=" + method, "--rank=2", option))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll(
            option.substring(0, option.indexOf('=')), "--method " + takers, "for " + method);
    assertThatThrownBy(() -> options("--method=cp", "--ratio=0.5"))
        .hasMessageContainingAll("--ratio is for --method svd");
  }

  private static Map<String, String> keys(String command) {
    Map<String, String> keys = new TreeMap<>();
    for (OptionSpec option : command(command).getCommandSpec().options()) {
      String name = option.longestName().substring(2);
      if (!Set.of("help", "verbose", "config", "set", "json").contains(name)) {
        keys.put(name, option.defaultValue());
      }
    }
    return keys;
  }

  private static DecompositionOptions options(String... arguments) {
    MethodOptions method = new MethodOptions();
    CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(method));
    line.setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return method.options();
  }

  /** The values that a command would run with, by key. */
  private static Map<String, Object> parse(String... arguments) {
    CommandLine commands = new CommandLine(new TrawlCommand());
    commands.setCaseInsensitiveEnumValuesAllowed(true).setOverwrittenOptionsAllowed(true);
    commands.parseArgs(ConfigArguments.expand(arguments, commands));
    Map<String, Object> values = new LinkedHashMap<>();
    commands
        .getSubcommands()
        .get(arguments[0])
        .getCommandSpec()
        .options()
        .forEach(option -> values.put(option.longestName().substring(2), option.getValue()));
    return values;
  }

  private static CommandLine command(String name) {
    return new CommandLine(new TrawlCommand()).getSubcommands().get(name);
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("run.yaml"), yaml);
  }

  private static void assertRefused(Path file, String... words) {
    CommandRun run = CommandRun.of("denoise", "--config", file.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(words);
  }

  @Test
  void theExampleFitsTheCommand() throws IOException {
    assertRefused(write("3\n"), "is not a map", "conf/denoise-layer.yaml is an example");
    CommandRun run = CommandRun.of("evaluate", "--config", write("3\n").toString());
    assertThat(run.err()).contains("conf/evaluate-facts.yaml is an example").hasLineCount(1);
    assertThat(CommandRun.of("evaluate", "--config=").err())
        .startsWith("trawl: configuration '' is no path (")
        .hasLineCount(1);
  }

  @Test
  void aMissingValueIsSaid() {
    CommandLine commands = new CommandLine(new TrawlCommand());
    assertThatThrownBy(() -> ConfigArguments.expand(new String[] {"plan", "--config"}, commands))
        .isInstanceOf(TrawlException.class)
        .hasMessage("missing value after --config")
        .extracting(failure -> ((TrawlException) failure).category())
        .isEqualTo(ErrorCategory.USAGE);
  }
}
