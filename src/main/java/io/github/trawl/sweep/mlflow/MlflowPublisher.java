package io.github.trawl.sweep.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the results of a sweep to an MLflow tracking server: one run for the sweep, with the
 * leaderboard and all results as files, and below it a run for each point that has seen the test
 * examples.
 *
 * <p>When a sweep is resumed, its runs on the server are found by their tags and updated.
 */
public final class MlflowPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowPublisher.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SWEEP_TAG = "trawl.sweep";
  private static final String POINT_TAG = "trawl.point";

  /** How many hexadecimal digits of a SHA-256 identify a sweep. */
  private static final int KEY_DIGITS = 32;

  private final URI address;
  private final TrackingClient client;
  private final String experiment;
  private final String location;

  /**
   * Prepares to send the results of one sweep.
   *
   * @param address of the server, such as {@code http://host:5000}
   * @param experiment name of the experiment that holds the runs
   * @param location of the sweep's output; together with the digest of the model it identifies the
   *     sweep
   */
  public MlflowPublisher(URI address, String experiment, String location) {
    this(address, experiment, location, System.getenv());
  }

  MlflowPublisher(
      URI address, String experiment, String location, Map<String, String> environment) {
    this.address = address;
    this.client = new TrackingClient(address, environment);
    this.experiment = experiment;
    this.location = location;
  }

  /**
   * Sends the results. If that fails, a warning is logged and nothing is thrown.
   *
   * @param result the content of {@code result.json}
   * @return whether all of it arrived
   */
  public boolean publish(JsonNode result) {
    try {
      new Publication(result).run();
      return true;
    } catch (MlflowException e) {
      LOG.warn(
          "--mlflow {}: {}; the sweep itself is not affected",
          withoutCredentials(address),
          e.getMessage());
      return false;
    }
  }

  static String withoutCredentials(URI address) {
    return address.toString().replaceFirst("//[^/]*@", "//***@");
  }

  private final class Publication {
    private final JsonNode result;

    /** Identifies the sweep: the value of the tag {@code trawl.sweep} of all its runs. */
    private final String key;

    private final long now = System.currentTimeMillis();

    Publication(JsonNode result) {
      this.result = result;
      this.key =
          DigestUtils.sha256Hex(location + "\n" + result.path("model_digest").asText())
              .substring(0, KEY_DIGITS);
    }

    void run() throws MlflowException {
      String id = client.findOrCreateExperiment(experiment);
      Map<String, String> runIds = findRuns(id);
      boolean ended = !result.path("state").asText().equals("running");
      String name = result.path("name").asText();
      String parent = runIds.get("");
      if (parent == null) {
        parent = create(id, name, Map.of(SWEEP_TAG, key));
      }
      log(
          parent,
          sweepParameters(),
          sweepMetrics(),
          // A tag, since a parameter can't change: the model may lie elsewhere when a sweep goes
          // on.
          Map.of(
              "trawl.state",
              result.path("state").asText(),
              "trawl.model",
              result.path("model").asText()));
      for (JsonNode point : result.path("points")) {
        if (point.has("test")) {
          String pointId = point.path("id").asText();
          String child = runIds.get(pointId);
          if (child == null) {
            child =
                create(
                    id,
                    pointId,
                    Map.of(SWEEP_TAG, key, POINT_TAG, pointId, "mlflow.parentRunId", parent));
          }
          log(child, pointParameters(point), pointMetrics(point), Map.of());
          end(child, true);
        }
      }
      String artifactPath = artifactPath(parent);
      client.store(artifactPath + "/leaderboard.csv", Leaderboard.of(result));
      client.store(artifactPath + "/result.json", result.toString());
      end(parent, ended);
    }

    /**
     * Returns the server's ids of this sweep's runs by the names of their points; the name of the
     * run for the whole sweep is empty.
     */
    private Map<String, String> findRuns(String experimentId) throws MlflowException {
      ObjectNode query = JSON.createObjectNode();
      query.putArray("experiment_ids").add(experimentId);
      query.put("filter", "tags.`" + SWEEP_TAG + "` = '" + key + "'");
      query.put("max_results", 1000);
      Map<String, String> runIds = new LinkedHashMap<>();
      String page;
      do {
        JsonNode found = client.post("mlflow/runs/search", query);
        for (JsonNode run : found.path("runs")) {
          String point = "";
          for (JsonNode tag : run.path("data").path("tags")) {
            point = tag.path("key").asText().equals(POINT_TAG) ? tag.path("value").asText() : point;
          }
          runIds.put(point, TrackingClient.text(run.path("info"), "run_id"));
        }
        page = found.path("next_page_token").asText("");
        query.put("page_token", page);
      } while (!page.isEmpty());
      return runIds;
    }

    private String create(String experimentId, String name, Map<String, String> tags)
        throws MlflowException {
      ObjectNode run =
          JSON.createObjectNode()
              .put("experiment_id", experimentId)
              .put("run_name", name)
              .put("start_time", now);
      put(run.putArray("tags"), tags);
      return TrackingClient.text(
          client.post("mlflow/runs/create", run).path("run").path("info"), "run_id");
    }

    private void log(
        String run,
        Map<String, String> parameters,
        Map<String, Double> metrics,
        Map<String, String> tags)
        throws MlflowException {
      ObjectNode batch = JSON.createObjectNode().put("run_id", run);
      put(batch.putArray("params"), parameters);
      put(batch.putArray("tags"), tags);
      ArrayNode list = batch.putArray("metrics");
      metrics.forEach(
          (name, value) ->
              list.addObject()
                  .put("key", name)
                  .put("value", value)
                  .put("timestamp", now)
                  .put("step", 0));
      client.post("mlflow/runs/log-batch", batch);
    }

    /**
     * Sets the status of a run.
     *
     * @param ended whether it is finished, and not still running
     */
    private void end(String run, boolean ended) throws MlflowException {
      ObjectNode update = JSON.createObjectNode().put("run_id", run);
      update.put("status", ended ? "FINISHED" : "RUNNING");
      if (ended) {
        update.put("end_time", now);
      }
      client.post("mlflow/runs/update", update);
    }

    /**
     * Returns the path under which the server takes files of a run.
     *
     * @throws MlflowException if the server does not store files itself
     */
    private String artifactPath(String run) throws MlflowException {
      String uri =
          TrackingClient.text(
              client.get("mlflow/runs/get?run_id=" + run).path("run").path("info"), "artifact_uri");
      if (!uri.startsWith("mlflow-artifacts:/")) {
        throw new MlflowException(
            "it keeps the files of runs at "
                + uri
                + " and does not take them from clients; start it with --serve-artifacts");
      }
      return uri.replaceFirst("^mlflow-artifacts:(//[^/]*)?/", "");
    }

    /**
     * Returns the parameters of the sweep. Only what stays the same when a sweep is resumed: MLflow
     * refuses to change the value of a parameter.
     */
    private Map<String, String> sweepParameters() {
      Map<String, String> parameters = new LinkedHashMap<>();
      for (String field : List.of("model_digest", "metric", "screening")) {
        parameters.put(field, result.path(field).asText());
      }
      parameters.put("tasks", result.path("tasks").toString());
      return parameters;
    }

    private Map<String, Double> sweepMetrics() {
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("planned", result.path("planned").asDouble());
      metrics.put("failed", (double) result.path("failed").size());
      for (String split : List.of("validation", "test")) {
        put(metrics, "unmodified_" + split, result.path("unmodified").path(split).path("value"));
      }
      String best = result.path("choice").path("best").asText();
      for (JsonNode point : result.path("points")) {
        if (point.path("id").asText().equals(best)) {
          pointMetrics(point).forEach((name, value) -> metrics.put("best_" + name, value));
        }
      }
      return metrics;
    }

    private static Map<String, String> pointParameters(JsonNode point) {
      Map<String, String> edit = new LinkedHashMap<>();
      for (String field :
          List.of("strategy", "matrices", "layers", "method", "rank", "ratio", "seed")) {
        if (point.has(field)) {
          edit.put(field, Leaderboard.text(point.get(field)));
        }
      }
      return edit;
    }

    private static Map<String, Double> pointMetrics(JsonNode point) {
      Map<String, Double> scores = new LinkedHashMap<>();
      for (String split : List.of("validation", "test")) {
        JsonNode score = point.path(split);
        put(scores, split, score.path("value"));
        put(scores, split + "_difference", score.path("difference").path("value"));
        put(scores, split + "_difference_low", score.path("difference").path("low"));
        put(scores, split + "_difference_high", score.path("difference").path("high"));
        put(scores, split + "_p", score.path("p"));
      }
      put(scores, "family_wise_p", point.path("family_wise_p"));
      put(scores, "relative_error", point.path("relative_error"));
      return scores;
    }

    private static void put(Map<String, Double> scores, String name, JsonNode value) {
      if (value.isNumber()) {
        scores.put(name, value.asDouble());
      }
    }

    private static void put(ArrayNode list, Map<String, String> entries) {
      entries.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    }
  }
}
