package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the content of a solve's unit, as {@link SparkWork} writes it. */
final class SolveContent {
  private SolveContent() {}

  /** Returns the path of the factor file, relative to the output. */
  static String file(JsonNode content) {
    return content.get("file").asText();
  }

  /** Returns the length of the factor file in bytes. */
  static long bytes(JsonNode content) {
    return content.get("bytes").asLong();
  }

  /** Returns the decomposition of this name. */
  static JsonNode member(JsonNode content, String name) {
    for (JsonNode each : content.get("members")) {
      if (each.get("name").asText().equals(name)) {
        return each;
      }
    }
    throw new IllegalStateException("no " + name + " among the members of a solve");
  }
}
