package io.github.trawl.sweep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Writes JSON as the content of a script element, so that nothing in it can end the element. */
final class ScriptJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScriptJson() {}

  /**
   * Returns {@code node} as JSON in which angle brackets, ampersands and line separators are
   * escaped. They occur only within strings, where the escapes mean the same.
   */
  static String write(JsonNode node) {
    try {
      return CleanText.of(JSON.writeValueAsString(node))
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
