package io.github.trawl.sweep.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that keeps what a tracking server keeps, and refuses what it refuses. */
class MlflowPublisherTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESULT =
      """
      {"name": "mine", "state": "%s", "model": "bert", "model_digest": "ab", "tasks": ["facts"],
       "metric": "accuracy", "screening": "race", "higher_is_better": true, "planned": 3,
       "failed": [], "unmodified": {"validation": {"value": 0.4}, "test": {"value": 0.41}},
       "choice": {"best": "layer-fc-1-cp-r4-s1"},
       "points": [
         {"id": "layer-fc-1-cp-r2-s1", "method": "cp", "rank": 2.0, "layers": "1", "state": "pruned",
          "validation": {"value": 0.3, "difference": {"value": -0.1, "low": -0.2, "high": 0.0}}},
         {"id": "layer-fc-1-cp-r4-s1", "method": "cp", "rank": 4.0, "layers": "0, 1",
          "state": "complete", "relative_error": 0.9, "family_wise_p": 0.5,
          "validation": {"value": 0.45, "p": 0.2, "difference": {"value": 0.05, "low": 0, "high": 0.1}},
          "test": {"value": 0.44, "p": 0.3, "difference": {"value": 0.03, "low": -0.1, "high": 0.1}}}]}
      """;

  private final Map<String, ObjectNode> runs = new LinkedHashMap<>();
  private final Map<String, String> files = new LinkedHashMap<>();
  private final List<String> authorizations = new ArrayList<>();
  private boolean hasExperiment;
  private String scheme = "mlflow-artifacts:/";
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aSweepIsARunWithARunBelowForEachPointThatWasTested() throws IOException {
    assertThat(sweep(Map.of("MLFLOW_TRACKING_TOKEN", "t")).publish(result("complete"))).isTrue();
    assertThat(authorizations).containsOnly("Bearer t");
    assertThat(runs).hasSize(2);
    ObjectNode parent = runs.get("run1");
    assertThat(parent.at("/info/run_name").asText()).isEqualTo("mine");
    assertThat(parent.at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(value(parent, "params", "model_digest")).isEqualTo("ab");
    assertThat(value(parent, "tags", "trawl.model")).isEqualTo("bert");
    assertThat(value(parent, "metrics", "unmodified_test")).isEqualTo("0.41");
    assertThat(value(parent, "metrics", "best_test")).isEqualTo("0.44");
    assertThat(value(parent, "metrics", "best_test_difference_low")).isEqualTo("-0.1");
    ObjectNode child = runs.get("run2");
    assertThat(value(child, "tags", "mlflow.parentRunId")).isEqualTo("run1");
    assertThat(value(child, "params", "rank")).isEqualTo("4");
    assertThat(value(child, "metrics", "test_p")).isEqualTo("0.3");
    assertThat(files.keySet())
        .containsExactly("0/run1/artifacts/leaderboard.csv", "0/run1/artifacts/result.json");
    String[] rows = files.get("0/run1/artifacts/leaderboard.csv").split("\n");
    assertThat(rows).hasSize(3);
    assertThat(rows[1]).startsWith("layer-fc-1-cp-r4-s1,,,\"0, 1\",cp,4,,,complete,0.9,0.45,");
    assertThat(rows[1].replace("\"0, 1\"", "").split(",", -1))
        .hasSameSizeAs(rows[0].split(",", -1));
  }

  @Test
  void aSweepThatGoesOnFindsItsRuns() throws IOException {
    assertThat(sweep(Map.of()).publish(result("running"))).isTrue();
    assertThat(runs.get("run1").at("/info/status").asText()).isEqualTo("RUNNING");
    assertThat(sweep(Map.of()).publish(result("complete"))).isTrue();
    assertThat(runs).hasSize(2);
    assertThat(runs.get("run1").at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(value(runs.get("run1"), "tags", "trawl.state")).isEqualTo("complete");
    ObjectNode moved = (ObjectNode) result("complete");
    assertThat(sweep(Map.of()).publish(moved.put("model", "elsewhere/bert"))).isTrue();
    assertThat(value(runs.get("run1"), "tags", "trawl.model")).isEqualTo("elsewhere/bert");
    assertThat(
            new MlflowPublisher(uri(), "trawl", "/sweeps/other", Map.of())
                .publish(result("complete")))
        .isTrue();
    assertThat(runs).hasSize(4);
  }

  @Test
  void aServerThatFailsIsNoFailure() throws IOException {
    scheme = "s3://bucket/";
    assertThat(sweep(Map.of()).publish(result("complete"))).isFalse();
    server.removeContext("/");
    assertThat(sweep(Map.of()).publish(result("complete"))).isFalse();
    int unused;
    try (ServerSocket socket = new ServerSocket(0)) {
      unused = socket.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + unused);
    assertThat(new MlflowPublisher(nobody, "trawl", "x", Map.of()).publish(result("complete")))
        .isFalse();
  }

  @Test
  void aTokenThatIsNoHeaderIsNotShown() {
    TrackingClient client = new TrackingClient(uri(), Map.of("MLFLOW_TRACKING_TOKEN", "s3cr3t\n"));
    assertThatThrownBy(() -> client.get("mlflow/runs/get?run_id=1"))
        .isInstanceOf(MlflowException.class)
        .hasMessageContaining("MLFLOW_TRACKING_TOKEN holds a line feed")
        .hasNoCause()
        .message()
        .doesNotContain("s3cr3t");
    TrackingClient strange = new TrackingClient(URI.create("http://anna:s3cr3t@ho_st"), Map.of());
    assertThatThrownBy(() -> strange.get("mlflow/runs/get?run_id=1"))
        .isInstanceOf(MlflowException.class)
        .hasMessageContaining("no address of a server")
        .hasNoCause()
        .message()
        .doesNotContain("s3cr3t");
    assertThat(MlflowPublisher.withoutCredentials(URI.create("http://anna:s3cr3t@host:5000/a@b")))
        .isEqualTo("http://***@host:5000/a@b");
  }

  private MlflowPublisher sweep(Map<String, String> environment) {
    return new MlflowPublisher(uri(), "trawl", "/sweeps/mine", environment);
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static JsonNode result(String state) throws IOException {
    return JSON.readTree(RESULT.formatted(state));
  }

  private static String value(ObjectNode run, String list, String key) {
    for (JsonNode entry : run.at("/data/" + list)) {
      if (entry.get("key").asText().equals(key)) {
        return entry.get("value").asText();
      }
    }
    return null;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replaceFirst("/api/2.0/", "");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      authorizations.add(authorization);
    }
    if (path.startsWith("mlflow-artifacts/artifacts/")) {
      files.put(path.replace("mlflow-artifacts/artifacts/", ""), body);
      reply(exchange, 200, JSON.createObjectNode());
      return;
    }
    JsonNode asked = JSON.readTree(body.isEmpty() ? "{}" : body);
    switch (path) {
      case "mlflow/experiments/get-by-name" -> {
        if (hasExperiment) {
          ObjectNode found = JSON.createObjectNode();
          found.putObject("experiment").put("experiment_id", "0");
          reply(exchange, 200, found);
        } else {
          reply(
              exchange, 404, JSON.createObjectNode().put("error_code", "RESOURCE_DOES_NOT_EXIST"));
        }
      }
      case "mlflow/experiments/create" -> {
        hasExperiment = true;
        reply(exchange, 200, JSON.createObjectNode().put("experiment_id", "0"));
      }
      case "mlflow/runs/search" -> search(exchange, asked);
      case "mlflow/runs/create" -> create(exchange, asked);
      case "mlflow/runs/get" ->
          reply(
              exchange,
              200,
              JSON.createObjectNode()
                  .set(
                      "run", runs.get(exchange.getRequestURI().getQuery().replace("run_id=", ""))));
      case "mlflow/runs/log-batch" -> log(exchange, asked);
      case "mlflow/runs/update" -> {
        ObjectNode run = runs.get(asked.get("run_id").asText());
        ((ObjectNode) run.get("info")).set("status", asked.get("status"));
        reply(exchange, 200, JSON.createObjectNode());
      }
      default -> reply(exchange, 404, JSON.createObjectNode());
    }
  }

  private void search(HttpExchange exchange, JsonNode asked) throws IOException {
    String filter = asked.get("filter").asText();
    ObjectNode found = JSON.createObjectNode();
    ArrayNode list = found.putArray("runs");
    int page = asked.path("page_token").asInt(0);
    int position = 0;
    for (ObjectNode run : runs.values()) {
      if (filter.equals("tags.`trawl.sweep` = '" + value(run, "tags", "trawl.sweep") + "'")) {
        // One a page, where MLflow has a thousand.
        if (position == page) {
          list.add(run);
        } else if (position > page) {
          found.put("next_page_token", Integer.toString(page + 1));
        }
        position++;
      }
    }
    reply(exchange, 200, found);
  }

  private void create(HttpExchange exchange, JsonNode asked) throws IOException {
    String id = "run" + (runs.size() + 1);
    ObjectNode run = JSON.createObjectNode();
    run.putObject("info")
        .put("run_id", id)
        .put("run_name", asked.get("run_name").asText())
        .put("status", "RUNNING")
        .put("artifact_uri", scheme + "0/" + id + "/artifacts");
    ObjectNode data = run.putObject("data");
    data.set("tags", asked.get("tags"));
    data.putArray("params");
    data.putArray("metrics");
    runs.put(id, run);
    reply(exchange, 200, JSON.createObjectNode().set("run", run));
  }

  /** A parameter keeps its first value, as in MLflow; tags and metrics get the last. */
  private void log(HttpExchange exchange, JsonNode asked) throws IOException {
    ObjectNode run = runs.get(asked.get("run_id").asText());
    for (JsonNode parameter : asked.get("params")) {
      String known = value(run, "params", parameter.get("key").asText());
      if (known != null && !known.equals(parameter.get("value").asText())) {
        reply(exchange, 400, JSON.createObjectNode().put("error_code", "INVALID_PARAMETER_VALUE"));
        return;
      }
    }
    for (String list : List.of("params", "metrics", "tags")) {
      ArrayNode kept = (ArrayNode) run.at("/data/" + list);
      asked.get(list).forEach(entry -> kept.insert(0, entry));
    }
    reply(exchange, 200, JSON.createObjectNode());
  }

  private static void reply(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
