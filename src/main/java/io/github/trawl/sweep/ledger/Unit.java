package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A finished unit of work.
 *
 * @param key the key that identifies it
 * @param kind a word: 1 to 64 letters, digits, dots, dashes or underscores
 * @param content its result, which must not be changed any more
 */
public record Unit(UnitKey key, String kind, ObjectNode content) {
  private static final Pattern KIND = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /**
   * Checks that no part is null.
   *
   * @throws IllegalArgumentException if {@code kind} is not such a word
   */
  public Unit {
    Objects.requireNonNull(key, "key");
    requireKind(kind);
    Objects.requireNonNull(content, "content");
  }

  static String requireKind(String kind) {
    if (!isKind(kind)) {
      throw new IllegalArgumentException("not a kind of units: '" + kind + "'");
    }
    return kind;
  }

  static boolean isKind(String text) {
    return KIND.matcher(text).matches();
  }
}
