package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads what the ledger keeps of a solve, as {@link SparkWork} has written it. */
final class SolveContent {
  private SolveContent() {}

  /** The path of the factor file, relative to the output. */
  static String file(JsonNode content) {
    return content.get("file").asText();
  }

  /** The length of the factor file. */
  static long bytes(JsonNode content) {
    return content.get("bytes").asLong();
  }

  /** The decomposition of this name. */
  static JsonNode member(JsonNode content, String name) {
    for (JsonNode each : content.get("members")) {
      if (each.get("name").asText().equals(name)) {
        return each;
      }
    }
    throw new IllegalStateException("no " + name + " among the members of a solve");
  }
}
