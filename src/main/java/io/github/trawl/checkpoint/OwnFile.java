package io.github.trawl.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file under a name that one attempt alone uses.
 *
 * @param path fully qualified
 */
record OwnFile(String path) implements PendingFile {

  @Override
  public void publish(FileSystem fileSystem, Path target, long bytes) {
    CertainRename.rename(fileSystem, new Path(path), target);
  }

  @Override
  public void replace(FileSystem fileSystem, Path target, long bytes) throws IOException {
    CertainRename.replace(fileSystem, path, target);
  }

  @Override
  public void discard(FileSystem fileSystem) throws IOException {
    try {
      fileSystem.delete(new Path(path), false);
    } catch (FileNotFoundException e) {
      // Some file systems say so, others return false.
    }
  }
}
