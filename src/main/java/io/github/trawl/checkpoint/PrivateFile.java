package io.github.trawl.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A complete file under a name that only the attempt which wrote it uses.
 *
 * @param path fully qualified
 */
record PrivateFile(String path) implements PendingFile {

  /**
   * Returns all files below a directory that only this run uses, by their names relative to it;
   * none if it is not there.
   */
  static List<WrittenFile> list(FileSystem fileSystem, Path directory) throws IOException {
    List<WrittenFile> files = new ArrayList<>();
    if (fileSystem.exists(directory)) {
      add(fileSystem, directory, "", files);
    }
    return files;
  }

  private static void add(
      FileSystem fileSystem, Path directory, String prefix, List<WrittenFile> files)
      throws IOException {
    for (FileStatus status : fileSystem.listStatus(directory)) {
      String name = prefix + status.getPath().getName();
      if (status.isDirectory()) {
        add(fileSystem, status.getPath(), name + "/", files);
      } else {
        PrivateFile file = new PrivateFile(status.getPath().toString());
        files.add(new WrittenFile(name, file, status.getLen(), WrittenFile.NO_CHECKSUM));
      }
    }
  }

  @Override
  public void publish(FileSystem fileSystem, Path target, long bytes) {
    VerifiedRename.rename(fileSystem, new Path(path), target);
  }

  @Override
  public void replace(FileSystem fileSystem, Path target, long bytes) throws IOException {
    VerifiedRename.replace(fileSystem, path, target);
  }

  @Override
  public void discard(FileSystem fileSystem) throws IOException {
    try {
      fileSystem.delete(new Path(path), false);
    } catch (FileNotFoundException e) {
      // If the file is gone, some file systems throw this, others return false.
    }
  }
}
