package io.github.trawl.checkpoint;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Opens file systems without checksum files, and tells what they can do. */
public final class Storage {
  /**
   * Hadoop option that overrides what is assumed of file systems: {@code true} if they rename
   * directories atomically, {@code false} if they do not.
   */
  public static final String ATOMIC_RENAME = "trawl.storage.atomic-rename";

  /** The schemes of object stores, where a rename copies each object. */
  private static final Set<String> OBJECT_STORES =
      Set.of(
          "s3", "s3a", "s3n", "gs", "abfs", "abfss", "wasb", "wasbs", "oss", "cosn", "cos", "obs",
          "swift", "swift3d", "tos", "ks3", "bos");

  private Storage() {}

  /**
   * The file system of {@code path}. The local one comes without Hadoop's checksum files: a model
   * directory must hold the model's files alone, and checksums would halve the speed of copying.
   *
   * @throws io.github.trawl.TrawlException if there is no such file system or it can't be reached
   */
  public static FileSystem open(Path path, Configuration hadoop) {
    try {
      return withoutChecksumFiles(path.getFileSystem(hadoop));
    } catch (IOException | IllegalArgumentException e) {
      throw Problems.badInput(
          Problems.show(path),
          "cannot open its file system: " + Problems.oneLine(e) + "; check the URI",
          e);
    }
  }

  /**
   * Returns the path of an entry of a directory. It is made from {@code ./NAME}, because Hadoop
   * would parse a plain name that holds a colon as a URI.
   */
  static Path child(Path directory, String name) {
    return new Path(directory, "./" + name);
  }

  static FileSystem withoutChecksumFiles(FileSystem fileSystem) {
    return fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
  }

  /**
   * Returns whether a file can be uploaded in parts, so that it appears when the upload is
   * completed, which another process may do. False for HDFS and local files, whose multipart
   * uploads copy the parts: a rename is better there.
   */
  static boolean supportsMultipart(FileSystem fileSystem, Path file, Configuration hadoop)
      throws IOException {
    return !renamesAtomically(fileSystem, hadoop)
        && OBJECT_STORES.contains(scheme(fileSystem))
        && fileSystem.hasPathCapability(file, CommonPathCapabilities.FS_MULTIPART_UPLOADER);
  }

  /**
   * Returns whether the file system renames directories in one step: as {@link #ATOMIC_RENAME}
   * says, else whether its scheme is not that of an object store.
   */
  static boolean renamesAtomically(FileSystem fileSystem, Configuration hadoop) {
    return hadoop.getBoolean(ATOMIC_RENAME, !OBJECT_STORES.contains(scheme(fileSystem)));
  }

  private static String scheme(FileSystem fileSystem) {
    return String.valueOf(fileSystem.getUri().getScheme()).toLowerCase(Locale.ROOT);
  }
}
