package io.github.trawl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes every object that it is sent, as an API server of Kubernetes without a cluster. */
final class FakeApiServer implements Closeable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, List<JsonNode>> objects = new ConcurrentHashMap<>();

  FakeApiServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The objects of a kind, such as {@code Pod}, that were made or applied. */
  List<JsonNode> objects(String kind) {
    return objects.getOrDefault(kind, List.of());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (method.equals("POST") || method.equals("PATCH")) {
        ObjectNode object = (ObjectNode) MAPPER.readTree(body);
        object
            .withObject("/metadata")
            .put("uid", UUID.randomUUID().toString())
            .put("namespace", namespace(exchange.getRequestURI().getPath()));
        objects
            .computeIfAbsent(object.get("kind").asText(), kind -> new CopyOnWriteArrayList<>())
            .add(object);
        answer(exchange, method.equals("POST") ? 201 : 200, object);
      } else {
        answer(
            exchange,
            404,
            MAPPER
                .createObjectNode()
                .put("kind", "Status")
                .put("status", "Failure")
                .put("code", 404));
      }
    }
  }

  private static String namespace(String path) {
    return path.replaceFirst(".*/namespaces/([^/]+)/.*", "$1");
  }

  private static void answer(HttpExchange exchange, int status, JsonNode content)
      throws IOException {
    byte[] bytes = MAPPER.writeValueAsBytes(content);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
