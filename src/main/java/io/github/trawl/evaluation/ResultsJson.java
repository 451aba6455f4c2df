package io.github.trawl.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Version;
import io.github.trawl.checkpoint.Credentials;
import io.github.trawl.evaluation.task.PromptBuilder;
import io.github.trawl.evaluation.task.ResultsFile;
import io.github.trawl.evaluation.task.TaskGroup;
import io.github.trawl.evaluation.task.TaskResults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.Path;

/**
 * Makes the JSON results of an evaluation. The results of the unmodified model have the form of
 * lm-evaluation-harness's results file. The key {@code trawl} holds Trawl's own settings, the
 * section {@code results} of every other candidate, and the averages of several tasks. The only
 * keys of the harness that are left out describe its installation, its tokenizer object and the
 * revision of a model on the hub.
 *
 * <p>Only {@code date}, {@code start_time}, {@code end_time} and {@code
 * total_evaluation_time_seconds} differ between runs of the same request on the same machines.
 */
final class ResultsJson {
  private static final String SOURCE = "trawl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultsJson() {}

  /**
   * Returns the content of the results file.
   *
   * @param prompting how prompts were put to the model
   * @param groups the groups of the tasks
   * @param hashed whether {@code task_hashes} holds the hashes of the samples, as the harness has
   *     them only if samples are written
   * @param threads the native threads of a Spark task
   * @param startMillis when the run began, in milliseconds since the epoch
   * @param endMillis when the run ended, likewise
   */
  static ObjectNode of(
      EvaluationRequest request,
      PromptBuilder prompting,
      List<TaskReport> reports,
      List<TaskGroup> groups,
      boolean hashed,
      int threads,
      long startMillis,
      long endMillis) {
    ObjectNode root = file(request, reports, groups, 0);
    ObjectNode trawl = root.putObject("trawl");
    trawl.put("version", Version.current());
    trawl.put("data", request.data().map(Credentials::withoutSecrets).orElse(null));
    trawl.put(
        "answer_tokenizer",
        request
            .answerTokenizer()
            .map(Path::toString)
            .map(Credentials::withoutSecrets)
            .orElse(null));
    trawl.put("threads", threads);
    trawl.put("device", request.device().name().toLowerCase(Locale.ROOT));
    ArrayNode processors = trawl.putArray("processors");
    reports.stream()
        .flatMap(report -> report.processors().stream())
        .distinct()
        .forEach(processors::add);
    ObjectNode candidates = trawl.putObject("candidates");
    List<TaskReport.CandidateReport> all = reports.get(0).candidates();
    for (int c = 1; c < all.size(); c++) {
      candidates.set(all.get(c).name(), file(request, reports, groups, c).get("results"));
    }
    TaskReport.allTasksGroup(reports, groups)
        .ifPresent(
            group -> {
              ObjectNode averages = trawl.putObject("averages");
              for (int c = 0; c < all.size(); c++) {
                averages.set(
                    all.get(c).name(),
                    JSON.valueToTree(ResultsFile.averages(group, results(reports, c))));
              }
            });
    ObjectNode hashes = root.putObject("task_hashes");
    if (hashed) {
      reports.forEach(
          report ->
              hashes.put(
                  report.definition().name(),
                  report.samples().hash(report.candidates().get(0).results())));
    }
    describeModel(root, model(request));
    describePrompts(root, prompting);
    root.put("max_length", reports.get(0).maxLength());
    root.put("date", startMillis / 1e3);
    root.put("start_time", startMillis / 1e3);
    root.put("end_time", endMillis / 1e3);
    root.put("total_evaluation_time_seconds", String.valueOf((endMillis - startMillis) / 1e3));
    return root;
  }

  private static void describeModel(ObjectNode root, String model) {
    root.put("model_source", SOURCE);
    root.put("model_name", model);
    root.put("model_name_sanitized", FileNames.sanitize(model));
  }

  /** Returns the model's URI without credentials: results are handed on and published. */
  private static String model(EvaluationRequest request) {
    return Credentials.withoutSecrets(request.model().toString());
  }

  /**
   * Adds the keys about prompts. {@code fewshot_as_multiturn} is null without a chat template, as
   * in the harness unless its command line says otherwise.
   */
  private static void describePrompts(ObjectNode root, PromptBuilder prompting) {
    putWithDigest(root, "system_instruction", prompting.systemInstruction());
    root.put("fewshot_as_multiturn", prompting.isChat() ? prompting.isMultiturn() : null);
    putWithDigest(root, "chat_template", prompting.chatTemplate());
  }

  private static void putWithDigest(ObjectNode root, String key, Optional<String> text) {
    root.put(key, text.orElse(null));
    root.put(key + "_sha", text.map(DigestUtils::sha256Hex).orElse(null));
  }

  private static ObjectNode file(
      EvaluationRequest request, List<TaskReport> reports, List<TaskGroup> groups, int candidate) {
    List<TaskResults> results = results(reports, candidate);
    try {
      return (ObjectNode)
          JSON.readTree(ResultsFile.content(results, groups, config(request, reports)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the results are not valid JSON", e);
    }
  }

  private static List<TaskResults> results(List<TaskReport> reports, int candidate) {
    return reports.stream().map(report -> report.results(candidate)).toList();
  }

  private static Map<String, Object> config(EvaluationRequest request, List<TaskReport> reports) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model", SOURCE);
    config.put(
        "model_args",
        "pretrained="
            + model(request)
            + request.maxLength().map(length -> ",max_length=" + length).orElse(""));
    config.put("model_dtype", "torch." + reports.get(0).numbers());
    config.put("batch_size", request.batchSize());
    config.put("batch_sizes", List.of());
    config.put("device", devices(reports));
    config.put("use_cache", null);
    config.put("limit", request.limit().orElse(null));
    // Standard errors are computed from formulas, and only few-shot examples are drawn at random.
    config.put("bootstrap_iters", 0);
    for (String absent : List.of("gen_kwargs", "random_seed", "numpy_seed", "torch_seed")) {
      config.put(absent, null);
    }
    boolean draws = reports.stream().anyMatch(report -> report.definition().shots() > 0);
    config.put("fewshot_seed", draws ? request.fewShot().seed() : null);
    return config;
  }

  /** Returns the types of the devices that computed, separated by commas if executors differ. */
  private static String devices(List<TaskReport> reports) {
    return reports.stream()
        .flatMap(report -> report.devices().stream())
        .distinct()
        .sorted()
        .collect(Collectors.joining(","));
  }
}
