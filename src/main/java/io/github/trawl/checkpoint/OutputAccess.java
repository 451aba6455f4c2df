package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;

/** Checks that an output can be written before long work is done for it. */
public final class OutputAccess {
  private static final String PROBE = ".trawl-probe-";

  private OutputAccess() {}

  /**
   * Requires that {@code output} can be made or replaced: that the nearest existing directory above
   * it can be written to. To find out, this makes a hidden file there and removes it; on an object
   * store, which may allow writing below one prefix only, it only calls {@link FileSystem#access}.
   *
   * @param option by which the user names the output, for messages
   * @throws TrawlException of category {@code USAGE} if it can't be written
   */
  public static void requireWritable(Path output, String option, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(output, hadoop);
    Path qualified = OutputCheck.requireApart(fileSystem, output, null, hadoop);
    Path directory = qualified.getParent();
    try {
      while (directory.getParent() != null && !exists(fileSystem, directory)) {
        directory = directory.getParent();
      }
      if (!fileSystem.getFileStatus(directory).isDirectory()) {
        throw Problems.usage(
            Problems.show(qualified),
            "cannot be written, as "
                + Problems.show(directory)
                + " is no directory; name another place with "
                + option);
      }
      if (Storage.renamesAtomically(fileSystem, hadoop)) {
        probe(fileSystem, directory);
      } else {
        fileSystem.access(directory, FsAction.WRITE_EXECUTE);
      }
    } catch (IOException e) {
      throw Problems.usage(
          Problems.show(qualified),
          "cannot be written, as nothing can be made in "
              + Problems.show(directory)
              + " ("
              + Problems.oneLine(e)
              + "); allow it or name another place with "
              + option,
          e);
    }
  }

  private static boolean exists(FileSystem fileSystem, Path path) throws IOException {
    try {
      fileSystem.getFileStatus(path);
      return true;
    } catch (FileNotFoundException | ParentNotDirectoryException e) {
      return false;
    }
  }

  private static void probe(FileSystem fileSystem, Path directory) throws IOException {
    Path probe = Storage.child(directory, PROBE + UUID.randomUUID());
    fileSystem.create(probe, false).close();
    fileSystem.delete(probe, false);
  }
}
