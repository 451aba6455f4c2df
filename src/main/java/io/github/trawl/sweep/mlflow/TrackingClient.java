package io.github.trawl.sweep.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * A client of version 2.0 of the REST interface of MLflow tracking servers, which MLflow 2 and 3
 * offer.
 */
final class TrackingClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String NOT_FOUND = "RESOURCE_DOES_NOT_EXIST";

  private final String address;
  private final Map<String, String> environment;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * @param address such as {@code http://host:5000}
   * @param environment variables; credentials are read from those that MLflow's own client reads
   */
  TrackingClient(URI address, Map<String, String> environment) {
    this.address = address.toString().replaceFirst("/+$", "");
    this.environment = Map.copyOf(environment);
  }

  /** Returns the identifier of the experiment of this name; creates it if there is none. */
  String findOrCreateExperiment(String name) throws MlflowException {
    HttpResponse<String> found =
        send(
            request(
                    "mlflow/experiments/get-by-name?experiment_name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .GET()
                .build());
    if (found.statusCode() == 200) {
      return text(parse(found.body()).path("experiment"), "experiment_id");
    }
    if (!parse(found.body()).path("error_code").asText().equals(NOT_FOUND)) {
      throw refused("experiment " + name, found);
    }
    return text(
        post("mlflow/experiments/create", JSON.createObjectNode().put("name", name)),
        "experiment_id");
  }

  /**
   * Sends a GET request.
   *
   * @param method path of the method, with its query, such as {@code mlflow/runs/get?run_id=1}
   */
  JsonNode get(String method) throws MlflowException {
    HttpResponse<String> answer = send(request(method).GET().build());
    if (answer.statusCode() != 200) {
      throw refused(method, answer);
    }
    return parse(answer.body());
  }

  /**
   * Sends a POST request, which changes something or searches.
   *
   * @param method path of the method, such as {@code mlflow/runs/create}
   */
  JsonNode post(String method, ObjectNode body) throws MlflowException {
    HttpResponse<String> answer =
        send(
            request(method)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    if (answer.statusCode() != 200) {
      throw refused(method, answer);
    }
    return parse(answer.body());
  }

  /**
   * Stores a file on the server.
   *
   * @param path of the file, relative to the server's root of artifacts
   */
  void store(String path, String content) throws MlflowException {
    HttpResponse<String> answer =
        send(
            request("mlflow-artifacts/artifacts/" + path)
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofString(content))
                .build());
    if (answer.statusCode() != 200) {
      throw refused(path, answer);
    }
  }

  /** Returns the text of a field that an answer must have. */
  static String text(JsonNode node, String field) throws MlflowException {
    if (!node.hasNonNull(field)) {
      throw new MlflowException("it answers without " + field + "; is it an MLflow server?");
    }
    return node.get(field).asText();
  }

  private HttpRequest.Builder request(String method) throws MlflowException {
    HttpRequest.Builder builder = to(address + "/api/2.0/" + method).timeout(TIMEOUT);
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    if (token != null) {
      putToken(builder, token);
    } else if (user != null) {
      String pair = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
      builder.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    return builder;
  }

  @SuppressWarnings("UnusedException") // Its message holds the address, and so maybe a password.
  private static HttpRequest.Builder to(String address) throws MlflowException {
    try {
      return HttpRequest.newBuilder(URI.create(address));
    } catch (IllegalArgumentException e) {
      throw new MlflowException("it is no address of a server; give one as http://host:5000");
    }
  }

  @SuppressWarnings("UnusedException") // Its message holds the token.
  private static void putToken(HttpRequest.Builder builder, String token) throws MlflowException {
    try {
      builder.header("Authorization", "Bearer " + token);
    } catch (IllegalArgumentException e) {
      throw new MlflowException(
          "MLFLOW_TRACKING_TOKEN holds a line feed or another character that no header may hold; set it without");
    }
  }

  private HttpResponse<String> send(HttpRequest request) throws MlflowException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new MlflowException("it can't be reached (" + reason + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MlflowException("interrupted", e);
    }
  }

  private static JsonNode parse(String body) throws MlflowException {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new MlflowException("it answers with no JSON; is it an MLflow server?", e);
    }
  }

  private static MlflowException refused(String what, HttpResponse<String> answer) {
    String body = answer.body().replaceAll("\\s+", " ");
    return new MlflowException(
        "it refuses %s with status %d (%s)"
            .formatted(what, answer.statusCode(), body.substring(0, Math.min(200, body.length()))));
  }
}
