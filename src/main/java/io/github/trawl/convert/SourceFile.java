package io.github.trawl.convert;

import java.util.List;
import java.util.Set;

/** One file of a source. */
final class SourceFile {
  /** Far above the 10 kB of an index and the megabyte of the largest vocabulary. */
  static final int MOST_SMALL_BYTES = 8 << 20;

  private static final Set<String> SMALL_NAMES =
      Set.of("vocab.txt", "model.json", "bert_config.json");

  private final List<String> steps;
  private final long length;
  private final byte[] content;

  /**
   * A file.
   *
   * @param steps its path, or the entry of the outer archive and the path inside that
   * @param length its bytes
   * @param content its bytes if it is one of the small files that describe a model, else null
   */
  SourceFile(List<String> steps, long length, byte[] content) {
    this.steps = List.copyOf(steps);
    this.length = length;
    this.content = content;
  }

  /** Whether a file of this path is kept when the source is listed. */
  static boolean isSmall(String path) {
    return path.endsWith(".index") || SMALL_NAMES.contains(plainName(path));
  }

  List<String> steps() {
    return steps;
  }

  long length() {
    return length;
  }

  /**
   * The bytes of a small file; null for the others and for those too long to be what they claim.
   */
  byte[] content() {
    return content;
  }

  /** The steps joined to one text, unique among the files of a source. */
  String path() {
    return String.join("!/", steps);
  }

  /** The last part of the path. */
  String name() {
    return plainName(path());
  }

  private static String plainName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
