package io.github.trawl.notebook;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A server that answers as Zeppelin's REST API does: a paragraph that was started is pending, then
 * running, and ends as it was told to.
 */
final class FakeZeppelin implements AutoCloseable {
  private static final String NOTE = "2ABCDEFGH";
  private static final String PATH = "/reports/a \"note\"";
  private static final Gson GSON = new Gson();

  private final HttpServer server;

  /** How each paragraph ends, by its id, in order. */
  private final Map<String, String> ends = new LinkedHashMap<>();

  /** How often the state of a started paragraph was asked for. */
  private final Map<String, Integer> polls = new LinkedHashMap<>();

  /** The form fields of each start, in order. */
  private final List<JsonObject> fields = new ArrayList<>();

  private String password = "";
  private String error = "";

  FakeZeppelin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String note() {
    return NOTE;
  }

  String path() {
    return PATH;
  }

  /** Adds a paragraph that ends as {@code FINISHED}, {@code ERROR}, or never: {@code RUNNING}. */
  FakeZeppelin paragraph(String end) {
    ends.put("paragraph_" + (ends.size() + 1), end);
    return this;
  }

  /** What a failed paragraph shows. */
  FakeZeppelin error(String text) {
    error = text;
    return this;
  }

  /** Lets nobody in who has not logged in with it. */
  FakeZeppelin password(String secret) {
    password = secret;
    return this;
  }

  List<JsonObject> fields() {
    return fields;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().getPath().replaceFirst("^/api/", "");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (request.equals("POST login")) {
      boolean known =
          URLDecoder.decode(body, StandardCharsets.UTF_8)
              .equals("userName=some one&password=" + password);
      exchange.getResponseHeaders().add("Set-Cookie", "JSESSIONID=" + (known ? "in" : "out"));
      reply(exchange, known ? 200 : 403, "FORBIDDEN", "", "null");
      return;
    }
    String cookie = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
    if (!password.isEmpty() && !cookie.contains("JSESSIONID=in")) {
      reply(exchange, 403, "FORBIDDEN", "Insufficient privileges", "null");
      return;
    }
    answer(exchange, request, body);
  }

  private void answer(HttpExchange exchange, String request, String body) throws IOException {
    String job = "job/" + NOTE;
    if (request.equals("POST notebook/getByPath")) {
      boolean known =
          JsonParser.parseString(body).getAsJsonObject().get("notePath").getAsString().equals(PATH);
      reply(exchange, known ? 200 : 404, "NOT_FOUND", "", known ? noteJson() : "null");
    } else if (request.equals("GET notebook/" + job)) {
      List<String> states = ends.keySet().stream().map(this::status).toList();
      reply(
          exchange,
          200,
          "OK",
          "",
          "{\"id\":\"%s\",\"isRunning\":false,\"paragraphs\":[%s]}"
              .formatted(NOTE, String.join(",", states)));
    } else if (request.startsWith("POST notebook/" + job + "/")) {
      fields.add(JsonParser.parseString(body).getAsJsonObject().getAsJsonObject("params"));
      polls.put(request.replaceFirst(".*/", ""), 0);
      reply(exchange, 200, "OK", "", "null");
    } else if (request.startsWith("GET notebook/" + job + "/")) {
      String paragraph = request.replaceFirst(".*/", "");
      String status = status(paragraph);
      polls.merge(paragraph, 1, Integer::sum);
      reply(exchange, 200, "OK", "", status);
    } else if (request.startsWith("GET notebook/" + NOTE + "/paragraph/")) {
      reply(
          exchange,
          200,
          "OK",
          "",
          "{\"text\":\"%spark \\\"data\\\"\",\"results\":{\"code\":\"ERROR\",\"msg\":[{\"type\":\"TEXT\",\"data\":"
              + GSON.toJson(error)
              + "}]},\"status\":\"ERROR\"}");
    } else {
      reply(exchange, 404, "NOT_FOUND", "No such note", "null");
    }
  }

  /** With a text that looks like a state and is none. */
  private String status(String paragraph) {
    Integer asked = polls.get(paragraph);
    String state = "READY";
    if (asked != null) {
      state = asked == 0 ? "PENDING" : asked == 1 ? "RUNNING" : ends.get(paragraph);
    }
    return "{\"id\":\"%s\",\"errorMessage\":\"\\\"status\\\":\\\"FINISHED\\\"\",\"status\":\"%s\",\"progress\":\"0\"}"
        .formatted(paragraph, state);
  }

  private String noteJson() {
    return "{\"paragraphs\":[{\"id\":\"paragraph_1\",\"status\":\"READY\"}],\"name\":\"a\",\"id\":\"%s\",\"defaultInterpreterGroup\":\"spark\"}"
        .formatted(NOTE);
  }

  private static void reply(
      HttpExchange exchange, int code, String status, String message, String body)
      throws IOException {
    byte[] bytes =
        "{\"status\":\"%s\",\"message\":%s,\"body\":%s}"
            .formatted(code == 200 ? "OK" : status, GSON.toJson(message), body)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
