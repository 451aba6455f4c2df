package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The content of a claim's file: what a holder states about itself when it begins.
 *
 * @param run an identifier that no other run has
 * @param process the process of the run
 * @param user name of the user who started it
 * @param since when it began, by the clock of its machine
 * @param staleAfter after how long without a sign of life the holder is presumed dead
 */
record Claim(String run, ProcessIdentity process, String user, Instant since, Duration staleAfter) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Returns a claim of this process that begins now, for a new run. */
  static Claim forThisProcess(Duration staleAfter) {
    return new Claim(
        UUID.randomUUID().toString(),
        ProcessIdentity.ofThisProcess(),
        System.getProperty("user.name", "unknown user"),
        Instant.now(),
        staleAfter);
  }

  /**
   * Parses the content of a claim's file; empty if it can't be parsed as a claim.
   *
   * @param where name of the file, for messages
   */
  static Optional<Claim> parse(String where, byte[] file) {
    try {
      JsonNode json = Json.readObject(where, file);
      return Optional.of(
          new Claim(
              json.path("run").asText(),
              new ProcessIdentity(
                  json.path("host").asText(),
                  json.path("boot").asText(),
                  json.path("pid_namespace").asText(),
                  json.path("uid").asText(),
                  json.path("pid").asLong(),
                  json.path("start").asText()),
              json.path("user").asText(),
              Instant.parse(json.path("since").asText()),
              Duration.ofMillis(json.path("stale_after_ms").asLong())));
    } catch (TrawlException | DateTimeException e) {
      return Optional.empty();
    }
  }

  byte[] toBytes() {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("run", run)
            .put("host", process.host())
            .put("pid", process.pid())
            .put("user", user)
            .put("since", since.toString())
            .put("stale_after_ms", staleAfter.toMillis())
            .put("boot", process.boot())
            .put("pid_namespace", process.pidNamespace())
            .put("uid", process.uid())
            .put("start", process.start());
    try {
      return (MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text and numbers become JSON", e);
    }
  }

  /** Returns the holder that made this claim; looks up whether its process has ended. */
  Holder holder(Instant lastHeartbeat) {
    return new Holder(
        process.host(),
        process.pid(),
        user,
        since,
        lastHeartbeat,
        staleAfter,
        process.isVisible(),
        process.hasEnded());
  }
}
