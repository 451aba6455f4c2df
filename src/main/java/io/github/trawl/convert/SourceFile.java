package io.github.trawl.convert;

import java.util.List;
import java.util.Set;

/** One file of the source of an import. */
final class SourceFile {
  /** The most bytes kept of a small file; an index has about 10 kB, a vocabulary at most 1 MB. */
  static final int MAX_SMALL_FILE_BYTES = 8 << 20;

  private static final Set<String> SMALL_NAMES =
      Set.of("vocab.txt", "model.json", "bert_config.json");

  private final List<String> nestedPaths;
  private final long length;
  private final byte[] content;

  /**
   * A file.
   *
   * @param nestedPaths the path in the directory or archive; for a file of an inner archive, the
   *     path of the inner archive and the path in that
   * @param length the number of bytes
   * @param content the bytes if it {@linkplain #isSmall is small} and not too long, else null
   */
  SourceFile(List<String> nestedPaths, long length, byte[] content) {
    this.nestedPaths = List.copyOf(nestedPaths);
    this.length = length;
    this.content = content;
  }

  /** Whether a path names a small file, whose content is kept when the source is listed. */
  static boolean isSmall(String path) {
    return path.endsWith(".index") || SMALL_NAMES.contains(plainName(path));
  }

  List<String> nestedPaths() {
    return nestedPaths;
  }

  long length() {
    return length;
  }

  /**
   * The bytes of a small file; null for other files, and for one of more than {@link
   * #MAX_SMALL_FILE_BYTES} in an archive.
   */
  byte[] content() {
    return content;
  }

  /** The nested paths joined to one text, unique among the files of a source. */
  String path() {
    return String.join("!/", nestedPaths);
  }

  /** The last part of the path. */
  String name() {
    return plainName(path());
  }

  private static String plainName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
