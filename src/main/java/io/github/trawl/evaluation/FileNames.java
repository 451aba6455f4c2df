package io.github.trawl.evaluation;

/** Turns names into file names by the rule of lm-evaluation-harness. */
final class FileNames {
  private FileNames() {}

  /** Replaces each run of characters that file names can't have by two underscores. */
  static String sanitize(String name) {
    return name.replaceAll("[\"<>:/|\\\\?*\\[\\]]+", "__");
  }
}
