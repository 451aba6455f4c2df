package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The complete content of a file that is not visible under its final name yet. */
sealed interface PendingFile extends Serializable permits PrivateFile, UploadedParts {

  /**
   * Makes the file appear at {@code target}, which must not exist.
   *
   * @param bytes the length of the file
   * @throws CheckpointStateUnknownException if the file may or may not have appeared
   * @throws io.github.trawl.TrawlException if it did not appear
   * @throws IOException if the storage failed and it did not appear
   */
  void publish(FileSystem fileSystem, Path target, long bytes) throws IOException;

  /**
   * Makes the file appear at {@code target}, in place of a file that is there.
   *
   * @param bytes the length of the file
   * @throws IOException if the storage fails; whether the file appeared is then unknown
   */
  void replace(FileSystem fileSystem, Path target, long bytes) throws IOException;

  /** Removes the file, and no file of another attempt. */
  void discard(FileSystem fileSystem) throws IOException;
}
