package io.github.trawl.cli;

import static io.github.trawl.checkpoint.FaultyFileSystem.Fault.THROW;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.CREATE;
import static io.github.trawl.checkpoint.FaultyFileSystem.Operation.RENAME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.FaultyFileSystem;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.evaluation.natives.FakedPlatform;
import io.github.trawl.evaluation.task.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  private static final Map<String, String> SPARK =
      Map.of(
          "spark.master",
          "local[1]",
          "spark.ui.enabled",
          "false",
          "spark.driver.host",
          "127.0.0.1");

  @TempDir private Path folder;
  private Path model;
  private Path task;

  @BeforeEach
  void prepare() throws IOException {
    SPARK.forEach(System::setProperty);
    System.setProperty("spark.local.dir", folder.resolve("spark").toString());
    model = SmallModels.write("gpt2", folder.resolve("model"));
    task = SmallModels.task(folder.resolve("task"), 10);
  }

  @AfterEach
  void cleanUp() {
    SPARK.keySet().forEach(System::clearProperty);
    System.clearProperty("spark.local.dir");
    System.getProperties().keySet().removeIf(key -> key.toString().contains("faulty"));
  }

  @Test
  void writesATableAndTheFiles() throws IOException {
    Path output = folder.resolve("out/results.json");
    CommandRun run = evaluate("--output", output.toString(), "--limit", "6");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("words: 6 examples", "accuracy_laser");
    JsonNode results = new ObjectMapper().readTree(output.toFile());
    assertThat(results.at("/n-samples/words/effective").intValue()).isEqualTo(6);
    assertThat(results.at("/n-samples/words/original").intValue()).isEqualTo(10);
    assertThat(results.at("/config/device").textValue()).isEqualTo("cpu");
    assertThat(folder.resolve("out/results-examples.parquet/_SUCCESS")).exists();
    assertRefused(evaluate("--output", output.toString()), 2, "exists already", "--overwrite");
    assertThat(evaluate("--output", output.toString(), "--overwrite").exitCode()).isZero();
    assertThat(new ObjectMapper().readTree(output.toFile()).at("/n-samples/words/effective"))
        .hasToString("10");
    assertThat(output.getParent().toFile().list())
        .containsExactlyInAnyOrder("results.json", "results-examples.parquet");
  }

  @Test
  void aGroupHasAveragesAndSamplesFiles() throws IOException {
    Path other = task.resolveSibling("other.yaml");
    Files.writeString(
        other, Files.readString(task).replace("task: words", "task: other\nfewshot_split: test"));
    Path group = task.resolveSibling("both.yaml");
    Files.writeString(
        group, "group: both\ntask: [words, other]\naggregate_metric_list: {metric: accuracy}\n");
    Path output = folder.resolve("both.json");
    Path samples = folder.resolve("samples");
    String[] flags = {"--output", output.toString(), "--log-samples", samples.toString()};
    Files.writeString(task, Files.readString(task) + "num_fewshot: 0\n");
    String[] shots = {"--num-fewshot", "2", flags[0], flags[1], flags[2], flags[3]};
    CommandRun run = run(model, group.toString(), shots);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("words: 10 examples", "both: average of 2 tasks");
    JsonNode results = new ObjectMapper().readTree(output.toFile());
    assertThat(results.at("/groups/both/accuracy,none").doubleValue())
        .isEqualTo(
            (results.at("/results/words/accuracy,none").doubleValue()
                    + results.at("/results/other/accuracy,none").doubleValue())
                / 2);
    assertThat(results.at("/n-shot/words").intValue()).isZero();
    assertThat(results.at("/n-shot/other").intValue()).isEqualTo(2);
    assertThat(results.at("/config/fewshot_seed").intValue()).isEqualTo(1234);
    assertThat(results.at("/task_hashes/other").textValue()).matches("[0-9a-f]{64}");
    try (Stream<Path> files = Files.list(samples)) {
      assertThat(
              files.map(
                  file ->
                      file.getFileName().toString().replaceAll("_[0-9-]+T[0-9-]+[.][0-9]{6}", "")))
          .containsExactlyInAnyOrder("samples_words.jsonl", "samples_other.jsonl");
    }
    assertRefused(run(model, group.toString(), "--data", "x"), 2, "--data", "2");
    CommandRun list = run(model, task + "," + other, flags[0], flags[1], "--overwrite");
    assertThat(list.out()).as(list.err()).contains("all: average of 2 tasks");
    assertThat(
            new ObjectMapper()
                .readTree(output.toFile())
                .at("/trawl/averages/unmodified")
                .has("accuracy,test"))
        .isTrue();
  }

  @Test // The results file cannot be written.
  void aRunIsNotInVainIfItsFilesCannotBeWritten() {
    Configuration faulty = FaultyFileSystem.configuration();
    faulty
        .getPropsWithPrefix("faulty.")
        .forEach((key, value) -> System.setProperty("spark.hadoop.faulty." + key, value));
    faulty
        .getPropsWithPrefix("fs.faulty.")
        .forEach((key, value) -> System.setProperty("spark.hadoop.fs.faulty." + key, value));
    String output = FaultyFileSystem.path(folder.resolve("out/results.json")).toString();

    FaultyFileSystem.fail(faulty, CREATE, "part-", THROW, 100);
    CommandRun withoutExamples = evaluate("--output", output);
    assertThat(folder.resolve("out")).isEmptyDirectory();
    FaultyFileSystem.heal(faulty);
    FaultyFileSystem.fail(faulty, RENAME, "results.json", THROW, 1);
    CommandRun withoutResults = evaluate("--output", output, "--overwrite");

    for (CommandRun run : List.of(withoutExamples, withoutResults)) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("words: 10 examples", "accuracy_laser");
      assertThat(run.err().lines()).as(run.err()).hasSize(1);
      assertThat(run.err()).contains("was not written: injected failure at ", "run again");
    }
    assertThat(withoutExamples.err())
        .startsWith("trawl: --examples faulty:" + folder.resolve("out/results-examples.parquet"));
    assertThat(withoutResults.err())
        .startsWith("trawl: --output faulty:" + folder.resolve("out/results.json"));
    assertThat(folder.resolve("out/results.json")).doesNotExist();
  }

  @Test
  void outputsThatCannotBeWrittenAreSaidBeforeSparkStarts() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain"), "");
    String below = plain.resolve("deep/x").toString();
    assertRefused(evaluate("--output", below), 2, below, plain + " is no directory", "--output");
    assertRefused(
        evaluate("--examples", below), 2, below, plain + " is no directory", "--examples");
    String same = folder.resolve("x.json").toString();
    assertRefused(
        evaluate("--output", same, "--examples", same + "/examples"),
        2,
        "--examples " + same + "/examples is or lies in --output " + same);
    assertRefused(
        evaluate("--output", same + "/x.json", "--examples", same),
        2,
        "--output " + same + "/x.json is or lies in --examples " + same);
    assertRefused(
        evaluate("--log-samples", below), 2, below, plain + " is no directory", "--log-samples");
    assertRefused(
        evaluate("--output", same, "--log-samples", same),
        2,
        "--log-samples " + same + " is or lies in --output " + same);
    assertThat(folder.resolve("spark")).doesNotExist();
  }

  @Test
  void aPlanSaysWhatARunTakesAndStartsNothing() {
    Path output = folder.resolve("planned.json");
    CommandRun run = evaluate("--plan", "--output", output.toString(), "--executors", "3");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("candidates +the unmodified model and 0 edited ones")
        .containsPattern("task +words: 10 examples of \\d+ tokens")
        .containsPattern("weights +1 MiB as float32, all in memory")
        .containsPattern("memory +1 MiB of the 4,096 MiB .*memoryOverhead at least \\d+m")
        .containsPattern("time +about 1 seconds of matrix products on 3 executors");
    assertThat(evaluate("--plan", "--weights", "stream").out())
        .containsPattern("weights +1 MiB, one layer at a time in memory; all .* are 1 MiB")
        .containsPattern(
            "bytes +0\\.\\d MB of weights read by each executor: its layers about \\d+ times");
    assertThat(output).doesNotExist();
    assertThat(folder.resolve("spark")).doesNotExist();
  }

  /** Each task of an executor reads the layers for itself. */
  @Test
  void aPlanKnowsTheCoresOfATaskThatSparkIsGiven() {
    assertThat(streamedPlan("4")).isNotEqualTo(streamedPlan("1"));
    System.setProperty("spark.task.cpus", "1");
    try {
      assertThat(evaluate("--plan", "--weights", "stream", "--cores", "4", "--batch-size", "1"))
          .extracting(CommandRun::out)
          .isEqualTo(streamedPlan("1"));
    } finally {
      System.clearProperty("spark.task.cpus");
    }
  }

  /** A plan needs no cluster, and so no cores of its executors. */
  @Test
  void aStandaloneClusterIsToldTheCoresOfItsExecutors() throws IOException {
    System.setProperty("spark.master", "spark://127.0.0.1:1");
    String[] words = {"spark://127.0.0.1:1", "--conf spark.executor.cores=N"};
    assertRefused(evaluate(), 2, words);
    assertThat(evaluate("--plan").exitCode()).isZero();
    Path grid = folder.resolve("grid.yaml");
    Files.writeString(grid, "task: " + task + "\ngrid: [{layers: each, method: svd, rank: 2}]\n");
    String[] sweep = {
      "sweep",
      "--config",
      grid.toString(),
      "--model",
      model.toString(),
      "--output",
      folder + "/sweep"
    };
    assertRefused(CommandRun.of(sweep), 2, words);
    assertThat(CommandRun.of(append(sweep, "--plan")).exitCode()).isZero();
  }

  private static String[] append(String[] arguments, String last) {
    return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
  }

  private String streamedPlan(String threads) {
    return evaluate(
            "--plan",
            "--weights",
            "stream",
            "--cores",
            "4",
            "--batch-size",
            "1",
            "--threads",
            threads)
        .out();
  }

  @Test
  void aStreamedModelAnswersAsTheWholeOne() throws IOException {
    Path whole = folder.resolve("whole.json");
    Path streamed = folder.resolve("streamed.json");
    assertThat(evaluate("--output", whole.toString(), "--weights", "memory").exitCode()).isZero();
    CommandRun run = evaluate("--output", streamed.toString(), "--weights", "stream");
    assertThat(run.exitCode()).as(run.err()).isZero();
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(streamed.toFile()).at("/results/words"))
        .isEqualTo(json.readTree(whole.toFile()).at("/results/words"));
  }

  @Test
  void aCommaBelongsToATaskOrFactorsOfThatName() throws IOException {
    Path comma = Files.createDirectories(folder.resolve("one,two"));
    CommandRun run = run(model, SmallModels.task(comma, 3).toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("words: 3 examples");
    assertRefused(evaluate("--factors", comma.toString()), 3, comma.toString());
    Files.delete(comma.resolve("rows.jsonl"));
    Files.delete(comma.resolve("words.yaml"));
    Files.delete(comma);
    assertThat(evaluate("--factors", comma.toString()).err()).doesNotContain("one,two");
  }

  @Test
  void theHelpNamesTheBuiltInTasks() {
    String help = CommandRun.of("evaluate", "--help").out().replaceAll("\\s+", " ");
    assertThat(help).contains(String.join(", ", Task.builtIn()));
  }

  @Test
  void wrongUsageIsSaidBeforeSparkStarts() {
    assertRefused(CommandRun.of("evaluate"), 2, "missing --task");
    assertRefused(CommandRun.of("evaluate", "--task", "arc"), 2, "missing --model");
    assertRefused(evaluate("--limit", "0"), 2, "--limit is 0");
    assertRefused(evaluate("--max-length", "1"), 2, "--max-length is 1");
    assertRefused(evaluate("--num-fewshot", "-1"), 2, "--num-fewshot is -1");
    assertRefused(evaluate("--fewshot-seed", "-1"), 2, "--fewshot-seed is -1");
    assertRefused(evaluate("--batch-size", "0"), 2, "--batch-size is 0");
    assertRefused(evaluate("--threads", "0"), 2, "--threads is 0");
    assertRefused(evaluate("--device", "tpu"), 2, "--device", "tpu", "auto, cpu, gpu");
    assertRefused(evaluate("--weights", "disk"), 2, "--weights", "disk", "auto, memory, stream");
    assertRefused(run(model, "world-fact"), 2, "world-fact", "world-facts");
    assertRefused(run(model, ""), 2, "--task is empty");
    assertRefused(run(model, "a:b"), 2, "--task: 'a:b' is no path");
    assertRefused(evaluate("--architecture", ""), 2, "missing --architecture");
    assertRefused(evaluate("--factors", ""), 3, "factors '' are no path");
    assertRefused(run(model, "qa-wikidata"), 2, "qa-wikidata", "--data");
    assertRefused(evaluate("--task", "arc", "--data", "x"), 2, "--data", "2");
    assertThat(folder.resolve("spark")).doesNotExist();
  }

  @Test
  void aMachineWithoutNativeLibraryIsSaidBeforeSparkStarts() {
    FakedPlatform.during(
        "Linux",
        "aarch64",
        () -> assertRefused(evaluate(), 1, "PyTorch", "Linux aarch64", "x86-64"));
    FakedPlatform.during(
        "Windows 11",
        "amd64",
        () -> assertRefused(evaluate(), 1, "PyTorch", "Windows 11", "x86-64 Linux"));
    assertThat(folder.resolve("spark")).doesNotExist();
  }

  @Test
  void badInputIsSaidBeforeSparkStarts() throws IOException {
    assertRefused(evaluate("--data", folder.resolve("gone.jsonl").toString()), 3, "gone.jsonl");
    assertRefused(run(folder.resolve("gone"), task.toString()), 3, "gone");
    assertRefused(evaluate("--factors", folder.resolve("gone").toString()), 3, "gone");

    Path wrong = task.resolveSibling("wrong.yaml");
    Files.writeString(wrong, Files.readString(task).replace("doc_to_text", "doc_too_text"));
    assertRefused(run(model, wrong.toString()), 2, "wrong.yaml", "doc_too_text", "doc_to_text");

    Path rows = folder.resolve("long.jsonl");
    Files.writeString(
        rows, "{\"prompt\": \"w7\", \"answer\": \"%s\"}%n".formatted("w8 ".repeat(70).strip()));
    assertRefused(evaluate("--data", rows.toString()), 3, "70", "64");

    Path generation = model.resolve("generation_config.json");
    Files.writeString(generation, "{\"num_beams\": 4}");
    assertRefused(evaluate(), 3, generation + ": num_beams changes how texts are generated");
    Files.delete(generation);

    Files.delete(model.resolve("tokenizer.json"));
    assertRefused(evaluate(), 3, "tokenizer.json");
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"gpt2\"", "\"rwkv\""));
    assertRefused(evaluate(), 3, "rwkv", "gpt2");
    assertThat(folder.resolve("spark")).doesNotExist();
  }

  /** Four heads, 64² scores before and after the softmax: 128 KiB beside weights of 85 KiB. */
  @Test
  void attentionThatDoesNotFitIsSaidBeforeSparkStarts() throws IOException {
    Path rows = folder.resolve("long.jsonl");
    Files.writeString(
        rows, "{\"prompt\": \"%s\", \"answer\": \"w7\"}%n".formatted("w8 ".repeat(80).strip()));
    String[] flags = {"--data", rows.toString(), "--memory.off-heap", "150k"};
    assertRefused(evaluate(flags), 2, "task words", "64 tokens", "--memory.off-heap");
    assertThat(folder.resolve("spark")).doesNotExist();
    flags[3] = "1m";
    assertThat(evaluate(flags).exitCode()).isZero();
  }

  @Test
  void aGpuThatIsNotThereIsSaid() {
    Path output = folder.resolve("gpu.json");
    assertRefused(
        evaluate("--device", "gpu", "--output", output.toString()),
        1,
        "--device gpu",
        "--device cpu");
    assertThat(output).doesNotExist();
  }

  /** LASER chooses HotpotQA's rows with LLaMA-2's tokenizer, whatever the model. */
  @Test
  void anotherTokenizerMayCountTheAnswers() throws IOException {
    Path words = SmallModels.write("llama", folder.resolve("words"));
    Path tokenizer = words.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replace("{\"type\": \"WhitespaceSplit\"}", "null"));
    Path counting = task.resolveSibling("counting.yaml");
    Files.writeString(counting, Files.readString(task) + "max_answer_tokens: 1\n");
    Path rows = folder.resolve("rows.jsonl");
    Files.writeString(
        rows,
        "{\"prompt\": \"w7\", \"answer\": \"w8\"}%n".formatted().repeat(2)
            + "{\"prompt\": \"w7\", \"answer\": \"w8 w9\"}%n".formatted().repeat(3));
    String[] flags = {"--data", rows.toString(), "--answer-tokenizer", words.toString()};
    assertThat(run(model, counting.toString(), flags[0], flags[1]).out())
        .contains("words: 2 examples");
    assertThat(run(model, counting.toString(), flags).out()).contains("words: 5 examples");
    flags[3] = folder.toString();
    assertRefused(run(model, counting.toString(), flags), 3, "tokenizer.json");
    assertRefused(
        evaluate("--answer-tokenizer", words.toString()), 2, "--answer-tokenizer", "leave it out");
  }

  @Test
  void promptsGoThroughTheChatTemplate() throws IOException {
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{% for m in messages %}w9 {{ m.content }} {% endfor %}{{ eos_token }}");
    Path plain = folder.resolve("plain.json");
    Path chat = folder.resolve("chat.json");
    assertThat(evaluate("--output", plain.toString()).exitCode()).isZero();
    CommandRun run =
        evaluate(
            "--apply-chat-template", "--system-instruction", "w8", "--output", chat.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(plain.toFile()).get("chat_template").isNull()).isTrue();
    JsonNode results = json.readTree(chat.toFile());
    assertThat(results.get("chat_template").textValue()).startsWith("{% for m in messages %}w9");
    assertThat(results.get("system_instruction").textValue()).isEqualTo("w8");
    assertThat(results.at("/results/words/loss,none").doubleValue())
        .isNotEqualTo(json.readTree(plain.toFile()).at("/results/words/loss,none").doubleValue());
    assertRefused(
        evaluate("--apply-chat-template", "rag"),
        2,
        "no chat template named rag",
        "name one of default");
    Files.writeString(model.resolve("chat_template.jinja"), "{% extends 'x' %}");
    assertRefused(
        evaluate("--apply-chat-template=true"), 3, "statement 'extends' is not supported (line 1");
    Files.delete(model.resolve("chat_template.jinja"));
    assertRefused(
        evaluate("--apply-chat-template"), 2, "the model has no chat template", "leave the option");
    assertThat(evaluate("--apply-chat-template", "false").exitCode()).isZero();
    assertRefused(evaluate("--fewshot-as-multiturn"), 2, "give --apply-chat-template");
    assertThat(evaluate("--fewshot-as-multiturn=false").exitCode()).isZero();
  }

  @Test
  void aMaskedModelHoldsNoChat() throws IOException {
    model = SmallModels.write("bert", folder.resolve("masked"));
    assertRefused(
        evaluate("--apply-chat-template"), 2, "is a masked language model", "leave the option out");
  }

  /** Like lm-evaluation-harness's max_length: a text of 20 tokens in windows of 8, 8 and 4. */
  @Test
  void windowsAreNoLongerThanAsked() throws IOException {
    Path rolling = task.resolveSibling("rolling.yaml");
    Files.writeString(
        rolling,
        "task: rolling\noutput_type: loglikelihood_rolling\ndoc_to_target: \"{{text}}\"\n");
    Path rows = folder.resolve("text.jsonl");
    Files.writeString(rows, "{\"text\": \"%s\"}%n".formatted("w8 w9 ".repeat(10).strip()));
    Path output = folder.resolve("windows.json");
    String[] flags = {
      "--data", rows.toString(), "--max-length", "8", "--output", output.toString(), "--limit", "1"
    };
    CommandRun windows = run(model, rolling.toString(), flags);
    // The last window is filled up with tokens before it.
    assertThat(windows.out()).as(windows.err()).contains("rolling: 1 examples, 24 tokens");
    JsonNode config = new ObjectMapper().readTree(output.toFile()).get("config");
    assertThat(config.get("model_args").textValue()).endsWith(",max_length=8");
    assertThat(run(model, rolling.toString(), "--data", rows.toString()).out())
        .contains("rolling: 1 examples, 20 tokens");
  }

  /** Leaves no results behind. */
  @Test
  void aModelThatComputesNaNIsNamed() throws IOException {
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 8 + (int) values.getLong(0); i < bytes.length; i += Float.BYTES) {
      values.putFloat(i, Float.NaN);
    }
    Files.write(weights, bytes);
    Path output = folder.resolve("results.json");
    assertRefused(evaluate("--output", output.toString()), 3, model.toString(), "NaN");
    assertThat(output).doesNotExist();
    assertThat(folder.resolve("results-examples.parquet")).doesNotExist();
  }

  private CommandRun evaluate(String... flags) {
    return run(model, task.toString(), flags);
  }

  private static CommandRun run(Path model, String task, String... flags) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "--model", model.toString(), "--task", task));
    arguments.addAll(List.of(flags));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static void assertRefused(CommandRun run, int exitCode, String... words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).startsWith("trawl: ").contains(words);
    assertThat(run.out()).isEmpty();
  }
}
