package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.Problems;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Hides differences in how file systems report that something does not exist. */
final class HadoopFiles {
  private static final FileStatus[] NONE = {};

  private HadoopFiles() {}

  /** Returns what a folder holds; nothing if it does not exist. */
  static FileStatus[] list(FileSystem fileSystem, Path folder) throws IOException {
    try {
      return fileSystem.listStatus(folder);
    } catch (FileNotFoundException e) {
      throwIfThere(fileSystem, folder, e);
      return NONE;
    }
  }

  /** Removes a file; does nothing if it is gone already. */
  static void delete(FileSystem fileSystem, Path file) throws IOException {
    try {
      if (!fileSystem.delete(file, false) && fileSystem.exists(file)) {
        throw new IOException("cannot remove " + file.getName());
      }
    } catch (FileNotFoundException e) {
      throwIfThere(fileSystem, file, e);
    }
  }

  /**
   * Returns {@code e}, which was thrown when {@code path} was opened, if there is indeed no such
   * file.
   *
   * @throws IOException if the file exists: some file systems report one that may not be read as
   *     not found
   */
  static FileNotFoundException confirmMissing(
      FileSystem fileSystem, Path path, FileNotFoundException e) throws IOException {
    throwIfThere(fileSystem, path, e);
    return e;
  }

  private static void throwIfThere(FileSystem fileSystem, Path path, FileNotFoundException e)
      throws IOException {
    if (fileSystem.exists(path)) {
      throw new IOException(Problems.oneLine(e), e);
    }
  }
}
