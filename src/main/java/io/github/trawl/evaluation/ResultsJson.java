package io.github.trawl.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.denoise.Version;
import io.github.trawl.evaluation.task.ResultsFile;
import io.github.trawl.evaluation.task.TaskResults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The results of an evaluation: those of the unmodified model in the shape of
 * lm-evaluation-harness's file, and below {@code trawl.candidates} the section {@code results} of
 * every other candidate.
 *
 * <p>Only {@code date}, {@code start_time}, {@code end_time} and {@code
 * total_evaluation_time_seconds} differ between runs of the same request.
 */
final class ResultsJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultsJson() {}

  /**
   * The results.
   *
   * @param startMillis when the run began, since the epoch
   * @param endMillis when it ended
   */
  static ObjectNode of(
      EvaluationRequest request, List<TaskReport> reports, long startMillis, long endMillis) {
    ObjectNode root = file(request, reports, 0);
    ObjectNode trawl = root.putObject("trawl");
    trawl.put("version", Version.current());
    ObjectNode candidates = trawl.putObject("candidates");
    for (int c = 1; c <= request.factors().size(); c++) {
      candidates.set(request.factors().get(c - 1), file(request, reports, c).get("results"));
    }
    root.put("date", startMillis / 1e3);
    root.put("start_time", startMillis / 1e3);
    root.put("end_time", endMillis / 1e3);
    root.put("total_evaluation_time_seconds", String.valueOf((endMillis - startMillis) / 1e3));
    return root;
  }

  private static ObjectNode file(
      EvaluationRequest request, List<TaskReport> reports, int candidate) {
    List<TaskResults> results =
        reports.stream()
            .map(
                report ->
                    new TaskResults(
                        report.definition(),
                        report.rows(),
                        report.candidates().get(candidate).metrics()))
            .toList();
    try {
      return (ObjectNode) JSON.readTree(ResultsFile.content(results, config(request, reports)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results are no JSON", e);
    }
  }

  private static Map<String, Object> config(EvaluationRequest request, List<TaskReport> reports) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model", "trawl");
    config.put(
        "model_args",
        "pretrained="
            + request.model()
            + request.maxLength().map(length -> ",max_length=" + length).orElse(""));
    config.put("batch_size", request.batchSize());
    config.put("device", devices(reports));
    config.put("limit", request.limit().orElse(null));
    return config;
  }

  /** Several if executors differ. */
  private static String devices(List<TaskReport> reports) {
    return reports.stream()
        .flatMap(report -> report.devices().stream())
        .distinct()
        .sorted()
        .collect(Collectors.joining(","));
  }
}
