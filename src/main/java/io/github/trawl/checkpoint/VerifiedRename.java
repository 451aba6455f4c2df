package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renames files and directories and finds out whether that happened. {@link FileContext} fails
 * reliably if the target exists. It is not used for object stores and not supported by some other
 * file systems; there {@link FileSystem#rename} is called, which may report a wrong outcome. So
 * {@link #rename} looks at source and target afterwards.
 */
final class VerifiedRename {
  private static final Logger LOG = LoggerFactory.getLogger(VerifiedRename.class);

  /**
   * The {@code FileContext} of each file system in use, kept because each one of HDFS opens a
   * client of its own.
   */
  private static final Map<FileSystem, Optional<FileContext>> CONTEXTS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private VerifiedRename() {}

  /**
   * Renames {@code source} to {@code target}, which must not exist.
   *
   * @throws CheckpointStateUnknownException if the rename may have happened, or may still happen
   * @throws TrawlException if it did not happen; {@code source} is there, unless the message says
   *     where it is now
   */
  static void rename(FileSystem fileSystem, Path source, Path target) {
    FileStatus moved = status(fileSystem, source, target);
    String nestedPath = moved.isDirectory() ? pathIfNested(fileSystem, source) : source.getName();
    IOException failure = null;
    try {
      if (!move(fileSystem, source, target)) {
        failure = new IOException("the rename was refused");
      }
    } catch (FileAlreadyExistsException e) {
      throw taken(target);
    } catch (IOException e) {
      failure = e;
    }
    boolean sourceThere;
    boolean targetThere;
    boolean nested;
    try {
      sourceThere = fileSystem.exists(source);
      targetThere = fileSystem.exists(target);
      // While the source is there, what the target has under its name is not the source.
      nested = !sourceThere && targetThere && fileSystem.exists(Storage.child(target, nestedPath));
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
    // Neither is there, or a rename is said to have happened but has not, or it timed out.
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

  /**
   * Returns a relative path that is below the target only if {@code source} was moved into the
   * target instead of being renamed to it. If the name of {@code source} is NAME, it is the first
   * of NAME, NAME/NAME, … that does not exist below {@code source}.
   */
  private static String pathIfNested(FileSystem fileSystem, Path source) {
    String name = source.getName();
    StringBuilder below = new StringBuilder(name);
    try {
      while (fileSystem.exists(Storage.child(source, below.toString()))) {
        below.append('/').append(name);
      }
    } catch (IOException e) {
      throw Problems.storage(source, "cannot look into", e);
    }
    return below.toString();
  }

  private static FileStatus status(FileSystem fileSystem, Path source, Path target) {
    try {
      return fileSystem.getFileStatus(source);
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

  /**
   * Renames the file {@code source} to {@code target}, replacing a file that is there.
   *
   * @throws IOException if it did not happen, or it is unknown whether it did
   */
  static void replace(FileSystem fileSystem, String source, Path target) throws IOException {
    Path from = new Path(source);
    if (fileSystem instanceof RawLocalFileSystem local) {
      moveLocally(local, from, target);
      return;
    }
    Optional<FileContext> exact = fileContext(fileSystem);
    if (exact.isPresent()) {
      exact.get().rename(from, target, Options.Rename.OVERWRITE);
      return;
    }
    if (tryRename(fileSystem, from, target)) {
      return;
    }
    // It was refused, perhaps because of the file that is there: not every rename replaces one.
    if (fileSystem.exists(target)) {
      fileSystem.delete(target, false);
    }
    if (!fileSystem.rename(from, target)) {
      throw new IOException("cannot rename " + from.getName() + " to " + target.getName());
    }
  }

  /**
   * Renames the file {@code source} to {@code target}, unless something is there.
   *
   * <p>HDFS and local file systems with hard links check and rename in one step. On others there
   * are two steps, and the rename may replace what appears between them.
   *
   * @return whether it was renamed; if not, {@code source} is still there
   * @throws IOException if it failed though nothing is there, or its outcome is unknown
   */
  static boolean renameIfFree(FileSystem fileSystem, Path source, Path target) throws IOException {
    if (fileSystem instanceof RawLocalFileSystem local) {
      return linkLocally(local, source, target);
    }
    try {
      Optional<FileContext> exact = fileContext(fileSystem);
      if (exact.isPresent()) {
        exact.get().rename(source, target, Options.Rename.NONE);
        return true;
      }
      if (!fileSystem.exists(target) && fileSystem.rename(source, target)) {
        return true;
      }
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} is there already", Problems.show(target), e);
    } catch (IOException e) {
      if (!fileSystem.exists(source) && fileSystem.exists(target)) {
        return true;
      }
      throw e;
    }
    if (!fileSystem.exists(target)) {
      throw new IOException("cannot rename " + source.getName() + " to " + target.getName());
    }
    return !fileSystem.exists(source);
  }

  /**
   * Makes {@code target} a hard link to the file and removes the old name, since a local rename
   * would replace what is there.
   *
   * @return whether it was done; if not, something is at {@code target}
   */
  private static boolean linkLocally(RawLocalFileSystem local, Path source, Path target)
      throws IOException {
    java.nio.file.Path from = local.pathToFile(source).toPath();
    java.nio.file.Path to = local.pathToFile(target).toPath();
    try {
      Files.createLink(to, from);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      LOG.debug("No links to {}, it is renamed", Problems.show(target), e);
      if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
    Files.delete(from);
    return true;
  }

  /**
   * Renames and returns whether that was done; false also if the file system refuses a target that
   * exists by an exception.
   */
  private static boolean tryRename(FileSystem fileSystem, Path from, Path target)
      throws IOException {
    try {
      return fileSystem.rename(from, target);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} has to be removed first", Problems.show(target), e);
      return false;
    }
  }

  /** Renames and returns whether the file system says that it has. */
  private static boolean move(FileSystem fileSystem, Path source, Path target) throws IOException {
    if (fileSystem instanceof RawLocalFileSystem local) {
      // Hadoop's local rename falls back to copying into a target that exists.
      if (local.exists(target) && !isEmptyDirectory(local, target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      moveLocally(local, source, target);
      return true;
    }
    Optional<FileContext> exact = fileContext(fileSystem);
    if (exact.isPresent()) {
      exact.get().rename(source, target, Options.Rename.NONE);
      return true;
    }
    return fileSystem.rename(source, target);
  }

  private static boolean isEmptyDirectory(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.getFileStatus(path).isDirectory() && fileSystem.listStatus(path).length == 0;
  }

  private static void moveLocally(RawLocalFileSystem local, Path source, Path target)
      throws IOException {
    Files.move(
        local.pathToFile(source).toPath(),
        local.pathToFile(target).toPath(),
        StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Returns a {@link FileContext} of the file system; empty if there is none, or if a rename takes
   * several steps, as in an object store.
   */
  private static Optional<FileContext> fileContext(FileSystem fileSystem) {
    if (!Storage.renamesAtomically(fileSystem, fileSystem.getConf())) {
      return Optional.empty();
    }
    return CONTEXTS.computeIfAbsent(fileSystem, VerifiedRename::createFileContext);
  }

  private static Optional<FileContext> createFileContext(FileSystem fileSystem) {
    try {
      return Optional.of(FileContext.getFileContext(fileSystem.getUri(), fileSystem.getConf()));
    } catch (UnsupportedFileSystemException | RuntimeException e) {
      LOG.debug("No FileContext for {}", Problems.show(fileSystem.getUri()), e);
      return Optional.empty();
    }
  }

  /**
   * Moves back what was moved into {@code target}.
   *
   * @throws TrawlException if that fails; what was moved stays where it is
   */
  private static void moveBack(FileSystem fileSystem, Path source, Path target) {
    Path nested = Storage.child(target, source.getName());
    IOException failure = null;
    try {
      if (fileSystem.rename(nested, source)) {
        return;
      }
    } catch (IOException e) {
      failure = e;
    }
    throw new TrawlException(
        ErrorCategory.SYSTEM,
        Problems.show(target)
            + ": appeared while this run was working, so "
            + Problems.show(source)
            + " was moved into it and could not be moved back ("
            + (failure == null ? "the rename was refused" : Problems.oneLine(failure))
            + "); move "
            + Problems.show(nested)
            + " out of it by hand",
        failure);
  }

  /** Returns the error that {@code target} exists although it was free when the run began. */
  static TrawlException taken(Path target) {
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
