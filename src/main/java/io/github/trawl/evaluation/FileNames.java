package io.github.trawl.evaluation;

/** Names as files can have them, by the rule of lm-evaluation-harness. */
final class FileNames {
  private FileNames() {}

  /** The name with two underscores for each run of characters that file names can't have. */
  static String plain(String name) {
    return name.replaceAll("[\"<>:/|\\\\?*\\[\\]]+", "__");
  }
}
