package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.Problems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Moves damaged files to a folder of their own, where a user can look at them. */
final class Quarantine {
  private final FileSystem fileSystem;
  private final Path folder;
  private final int epoch;

  /**
   * Moves files to {@code folder}.
   *
   * @param epoch the epoch of this holder, with which the new names begin
   */
  Quarantine(FileSystem fileSystem, Path folder, int epoch) {
    this.fileSystem = fileSystem;
    this.folder = folder;
    this.epoch = epoch;
  }

  /**
   * Moves a file.
   *
   * @return its new name, relative to the output
   */
  String move(Path file) throws IOException {
    fileSystem.mkdirs(folder);
    for (int i = 0; ; i++) {
      String name = String.format(Locale.ROOT, "%06d-%d-%s", epoch, i, file.getName());
      Path target = new Path(folder, name);
      if (fileSystem.exists(target)) {
        continue;
      }
      try {
        if (!fileSystem.rename(file, target)) {
          throw new IOException("cannot move " + Problems.show(file) + " to " + name);
        }
      } catch (FileNotFoundException e) {
        throw HadoopFiles.confirmMissing(fileSystem, file, e);
      }
      return folder.getName() + "/" + name;
    }
  }
}
