package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renames to a name that must be free, and finds out whether it happened rather than trusting the
 * report.
 */
final class CertainRename {
  private static final Logger LOG = LoggerFactory.getLogger(CertainRename.class);

  private CertainRename() {}

  /**
   * Renames {@code source} to {@code target}.
   *
   * @throws CheckpointStateUnknownException if it may have happened, or may still happen
   * @throws TrawlException if it did not happen
   */
  static void rename(FileSystem fileSystem, Path source, Path target) {
    checkSource(fileSystem, source, target);
    IOException failure = null;
    try {
      if (!move(fileSystem, source, target)) {
        failure = new IOException("the rename was refused");
      }
    } catch (IOException e) {
      failure = e;
    }
    boolean sourceThere;
    boolean targetThere;
    boolean nested;
    try {
      sourceThere = fileSystem.exists(source);
      targetThere = fileSystem.exists(target);
      nested = targetThere && fileSystem.exists(Storage.child(target, source.getName()));
    } catch (IOException e) {
      throw unknown(source, target, failure == null ? e : failure);
    }
    if (nested) {
      // Many file systems move a directory into a target that exists, instead of failing.
      moveBack(fileSystem, source, target);
      throw taken(target);
    }
    if (!sourceThere && targetThere) {
      if (failure != null) {
        LOG.warn(
            "Renaming {} to {} was reported as failed but has happened: {}",
            Problems.show(source),
            Problems.show(target),
            Problems.oneLine(failure));
      }
      return;
    }
    if (!sourceThere || failure == null || failure instanceof InterruptedIOException) {
      throw unknown(source, target, failure);
    }
    if (targetThere) {
      throw taken(target);
    }
    throw new TrawlException(
        ErrorCategory.SYSTEM,
        Problems.show(target)
            + ": cannot rename "
            + Problems.show(source)
            + " to it: "
            + Problems.oneLine(failure)
            + "; check the storage and run again",
        failure);
  }

  private static void checkSource(FileSystem fileSystem, Path source, Path target) {
    try {
      fileSystem.getFileStatus(source);
    } catch (FileNotFoundException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(source)
              + ": was removed before it could become "
              + Problems.show(target)
              + "; run again",
          e);
    } catch (IOException e) {
      throw Problems.storage(source, "cannot find", e);
    }
  }

  private static boolean move(FileSystem fileSystem, Path source, Path target) throws IOException {
    if (fileSystem instanceof RawLocalFileSystem local) {
      // Hadoop's local rename falls back to copying into a target that exists.
      Files.move(
          local.pathToFile(source).toPath(),
          local.pathToFile(target).toPath(),
          StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
    return fileSystem.rename(source, target);
  }

  private static void moveBack(FileSystem fileSystem, Path source, Path target) {
    Path nested = Storage.child(target, source.getName());
    try {
      if (!fileSystem.rename(nested, source) && !fileSystem.delete(nested, true)) {
        LOG.warn("Remove {} by hand: it was moved there by mistake", Problems.show(nested));
      }
    } catch (IOException e) {
      LOG.warn(
          "Remove {} by hand: it was moved there by mistake ({})",
          Problems.show(nested),
          Problems.oneLine(e));
    }
  }

  private static TrawlException taken(Path target) {
    return Problems.usage(
        Problems.show(target),
        "appeared while this run was working; choose another output, or remove it and run again");
  }

  private static CheckpointStateUnknownException unknown(
      Path source, Path target, IOException cause) {
    String reason = cause == null ? "" : " (" + Problems.oneLine(cause) + ")";
    return new CheckpointStateUnknownException(
        Problems.show(target)
            + ": it is unknown whether "
            + Problems.show(source)
            + " was renamed to it"
            + reason
            + "; nothing was cleaned up: look which of the two is there, keep it and remove the"
            + " other",
        cause);
  }
}
