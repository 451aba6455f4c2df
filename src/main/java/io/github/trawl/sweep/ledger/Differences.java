package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.checkpoint.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Finds where two JSON values differ. */
final class Differences {
  private static final int MOST_SHOWN = 8;
  private static final int LONGEST_VALUE = 48;

  private Differences() {}

  /**
   * A place at which two values differ; a value that is absent on one side is null.
   *
   * @param path such as {@code tasks.qa[2]}; empty for the whole value
   */
  record Difference(String path, JsonNode before, JsonNode now) {}

  /**
   * Returns the differences between two values. Objects are compared member by member, arrays
   * element by element, and other values as a whole.
   */
  static List<Difference> between(JsonNode before, JsonNode now) {
    List<Difference> found = new ArrayList<>();
    collect("", before, now, found);
    return found;
  }

  /** Returns the differences on one line, as in {@code 'seed' (3 before, 4 now), …}. */
  static String describe(List<Difference> differences) {
    List<String> parts = new ArrayList<>();
    for (Difference difference : differences.subList(0, Math.min(MOST_SHOWN, differences.size()))) {
      parts.add(
          Problems.quote(difference.path())
              + " ("
              + show(difference.before())
              + " before, "
              + show(difference.now())
              + " now)");
    }
    int more = differences.size() - parts.size();
    return String.join(", ", parts) + (more > 0 ? " and " + more + " more" : "");
  }

  private static void collect(String path, JsonNode before, JsonNode now, List<Difference> found) {
    if (Objects.equals(before, now)) {
      return;
    }
    if (before != null && now != null && before.isObject() && now.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      before.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        collect(path.isEmpty() ? name : path + "." + name, before.get(name), now.get(name), found);
      }
      return;
    }
    if (before != null && now != null && before.isArray() && now.isArray()) {
      for (int i = 0; i < Math.max(before.size(), now.size()); i++) {
        collect(path + "[" + i + "]", before.get(i), now.get(i), found);
      }
      return;
    }
    found.add(new Difference(path, before, now));
  }

  private static String show(JsonNode value) {
    if (value == null) {
      return "absent";
    }
    String text = value.toString();
    return text.codePointCount(0, text.length()) <= LONGEST_VALUE
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_VALUE)) + "…";
  }
}
