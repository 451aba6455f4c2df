package io.github.trawl.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns names into file names by the rule of lm-evaluation-harness. */
final class FileNames {
  private FileNames() {}

  /**
   * Returns for each name a file name that no other has: the sanitized name, and behind it {@code
   * _2} and so on where an earlier name has it already. A name of dots alone, which has a meaning
   * in paths, becomes two underscores.
   *
   * @param names different names
   */
  static Map<String, String> distinct(List<String> names) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : names) {
      String sanitized = sanitize(name).replaceAll("^\\.+$", "__");
      String file = sanitized;
      for (int number = 2; files.containsValue(file); number++) {
        file = sanitized + "_" + number;
      }
      files.put(name, file);
    }
    return files;
  }

  /** Replaces each run of characters that file names can't have by two underscores. */
  static String sanitize(String name) {
    return name.replaceAll("[\"<>:/|\\\\?*\\[\\]]+", "__");
  }
}
