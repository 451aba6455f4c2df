package io.github.trawl.sweep.ledger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before an S3 server and keeps the condition that an object is written only where there is
 * none, as S3 does ({@code If-None-Match: *}, else status 412).
 */
final class ConditionalGate implements Closeable {
  /** What Java's client sets itself, or refuses to send. */
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

  private final String server;
  private final HttpServer gate;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  ConditionalGate(String server) throws IOException {
    this.server = server;
    gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.setExecutor(threads);
    gate.createContext("/", this::handle);
    gate.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + gate.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean conditional = exchange.getRequestHeaders().containsKey("If-None-Match");
      if (conditional && exchange.getRequestMethod().matches("PUT|POST")) {
        synchronized (this) {
          if (send(exchange, "HEAD", new byte[0]).statusCode() == 200) {
            exchange.sendResponseHeaders(412, -1);
          } else {
            answer(exchange, send(exchange, exchange.getRequestMethod(), body));
          }
        }
      } else {
        answer(exchange, send(exchange, exchange.getRequestMethod(), body));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> send(HttpExchange exchange, String method, byte[] body)
      throws IOException, InterruptedException {
    URI uri = exchange.getRequestURI();
    String target = method.equals("HEAD") ? uri.getRawPath() : uri.toString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + target))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!OWN_HEADERS.contains(name) && !name.equals("if-none-match")) {
        header.getValue().forEach(value -> request.header(name, value));
      }
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      response
          .headers()
          .firstValue("content-length")
          .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
    }
    byte[] body = response.body();
    exchange.sendResponseHeaders(
        response.statusCode(), head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    gate.stop(0);
    threads.shutdownNow();
  }
}
