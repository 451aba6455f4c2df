package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.task.AskedQuestion;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Metrics;
import io.github.trawl.evaluation.task.PromptBuilder;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.evaluation.task.Task;
import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compared with a file of lm-evaluation-harness 0.4.13, made by
 * src/test/python/make_results_golden.py.
 */
class ResultsJsonTest {
  /**
   * Keys that describe the harness's installation, its tokenizer object, and the hub's revision of
   * the model.
   */
  private static final Set<String> NOT_OURS =
      Set.of(
          "git_hash",
          "upper_git_hash",
          "pretty_env_info",
          "transformers_version",
          "lm_eval_version",
          "tokenizer_pad_token",
          "tokenizer_eos_token",
          "tokenizer_bos_token",
          "eot_token_id",
          "model_num_parameters",
          "model_revision",
          "model_sha");

  @TempDir private Path folder;

  @Test
  void hasTheKeysOfTheHarness() throws IOException {
    JsonNode theirs =
        new ObjectMapper().readTree(Path.of("src/test/resources/results/golden.json").toFile());
    JsonNode ours = json();
    for (String section : List.of("", "/config", "/results/words", "/n-samples/words")) {
      Set<String> expected = names(theirs.at(section));
      expected.removeAll(NOT_OURS);
      assertThat(names(ours.at(section))).as(section).containsAll(expected);
    }
    for (String same :
        List.of(
            "/results/words/name",
            "/results/words/alias",
            "/results/words/sample_len",
            "/group_subtasks",
            "/n-shot",
            "/higher_is_better",
            "/n-samples",
            "/config/model_args",
            "/config/model_dtype",
            "/config/batch_size",
            "/config/batch_sizes",
            "/config/device",
            "/config/use_cache",
            "/config/limit",
            "/config/gen_kwargs",
            "/task_hashes",
            "/system_instruction",
            "/chat_template",
            "/max_length")) {
      assertThat(ours.at(same)).as(same).isEqualTo(theirs.at(same));
    }
    assertThat(ours.at("/config/random_seed").isNull()).isTrue();
    assertThat(ours.at("/model_name_sanitized").textValue()).isEqualTo("__model");
  }

  @Test
  void saysWhatElseWasAskedFor() throws IOException {
    JsonNode ours = json().get("trawl");
    assertThat(ours.get("data").textValue()).isEqualTo("rows.jsonl");
    assertThat(ours.get("answer_tokenizer").textValue()).isEqualTo("/llama");
    assertThat(ours.get("threads").intValue()).isEqualTo(3);
    assertThat(ours.get("device").textValue()).isEqualTo("auto");
    assertThat(ours.get("processors")).hasToString("[\"one, avx2\",\"two, avx2 avx512f\"]");
  }

  @Test
  void holdsNoSecretOfAnAddress() throws IOException {
    String whole = json(request("s3a://KEY:se/cret@bucket"), PromptBuilder.PLAIN).toString();
    assertThat(whole)
        .contains(
            "\"model_name\":\"s3a://***@bucket/model\"",
            "pretrained=s3a://***@bucket/model,max_length",
            "s3a://***@bucket/rows.jsonl",
            "s3a://***@bucket/llama")
        .doesNotContain("KEY", "cret");
    // A user without a secret stays, since the address can't be opened without it.
    assertThat(json(request("abfss://box@account"), PromptBuilder.PLAIN).get("model_name"))
        .hasToString("\"abfss://box@account/model\"");
  }

  /** Digests by sha256sum. */
  @Test
  void saysWhichTemplatePutThePrompts() throws IOException {
    JsonNode ours =
        json(
            PromptBuilder.of(
                "/model", Optional.of("{{ messages }}"), Map.of(), Optional.of("Be brief."), true));
    assertThat(ours.get("chat_template").textValue()).isEqualTo("{{ messages }}");
    assertThat(ours.get("chat_template_sha").textValue())
        .isEqualTo("f24189f08c85a1eb19a737306c3a13e85462ee33d964f28108d64a2485fa2171");
    assertThat(ours.get("system_instruction").textValue()).isEqualTo("Be brief.");
    assertThat(ours.get("system_instruction_sha").textValue())
        .isEqualTo("213c22ed7234eb11116e1e88f314c73cb3a019b5c87fe224b6ce5665bd9ec50e");
    assertThat(ours.get("fewshot_as_multiturn").booleanValue()).isTrue();
    PromptBuilder single =
        PromptBuilder.of(
            "/model", Optional.of("{{ messages }}"), Map.of(), Optional.empty(), false);
    assertThat(json(single).get("fewshot_as_multiturn").booleanValue()).isFalse();
    for (String key : List.of("chat_template", "chat_template_sha", "fewshot_as_multiturn")) {
      assertThat(json().get(key).isNull()).as(key).isTrue();
    }
  }

  private JsonNode json() throws IOException {
    return json(PromptBuilder.PLAIN);
  }

  private JsonNode json(PromptBuilder prompting) throws IOException {
    return json(request(), prompting);
  }

  private JsonNode json(EvaluationRequest request, PromptBuilder prompting) throws IOException {
    Files.writeString(
        folder.resolve("words.yaml"),
        """
        task: words
        task_alias: Words of old
        output_type: multiple_choice
        doc_to_text: "{{prompt}}"
        doc_to_choice: ["w1", "w2"]
        doc_to_target: "{{answer}}"
        metric_list: [acc]
        """);
    Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{}\n");
    Task task =
        Task.load(
            folder.resolve("words.yaml").toString(),
            Optional.of(rows.toString()),
            new Configuration());
    TaskDefinition definition = task.definition();
    List<ExampleResult> results =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    new ExampleResult(
                        i,
                        i < 1 ? Split.VALIDATION : Split.TEST,
                        "w1",
                        "w1",
                        measures(i % 2),
                        ASKED))
            .toList();
    CandidateReport unmodified =
        new CandidateReport("unmodified", results, Metrics.of(definition.metrics(), results));
    TaskSamples samples = TaskSamples.of(task, List.of(), task.definition().scoring());
    return ResultsJson.of(
        request,
        prompting,
        List.of(
            new TaskReport(
                definition,
                8,
                6,
                List.of(unmodified),
                samples,
                0,
                new TreeSet<>(List.of("cpu")),
                new TreeSet<>(List.of("one, avx2", "two, avx2 avx512f")),
                1,
                32,
                NumberType.FLOAT32)),
        List.of(),
        false,
        3,
        0,
        0);
  }

  private static final AskedQuestion ASKED = AskedQuestion.open("");

  private static EvaluationRequest request() {
    return request("", "rows.jsonl");
  }

  /** Returns a request whose files all lie in a store. */
  private static EvaluationRequest request(String store) {
    return request(store, store + "/rows.jsonl");
  }

  private static EvaluationRequest request(String store, String data) {
    return new EvaluationRequest(
        new org.apache.hadoop.fs.Path(store + "/model"),
        Optional.empty(),
        List.of("words.yaml"),
        Optional.of(data),
        Optional.of(new org.apache.hadoop.fs.Path(store + "/llama")),
        Optional.of(6),
        Optional.of(32),
        List.of(),
        4,
        DeviceChoice.AUTO,
        1);
  }

  private static SortedMap<String, Double> measures(double accuracy) {
    return new TreeMap<>(Map.of("acc", accuracy));
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
