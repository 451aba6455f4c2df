package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes files one by one below a directory that grows as a run goes on.
 *
 * <p>Attempts of tasks write below a hidden directory of the run, or, on object stores that support
 * it, begin uploads that they do not complete ({@link AttemptFile}); of these, only the files that
 * are handed to {@link #publish} appear, each whole. {@link #close()} removes what was not
 * published; so does a process that is told to end (SIGTERM, SIGINT), but not one that is killed
 * (SIGKILL).
 *
 * <p>What killed runs have left is removed by the next one. So the caller of {@link #create} must
 * hold a lock that keeps other runs from writing to the directory. Uploads that a killed run has
 * begun and not completed are never visible; the store keeps them unless the bucket has a lifecycle
 * rule that aborts incomplete uploads.
 *
 * <p>Methods may be called from several threads.
 */
public final class FilePublisher implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(FilePublisher.class);

  /** The directory in the output in which each run has a directory of its own. */
  private static final String HIDDEN = ".trawl-attempts";

  /** Name of a file that keeps the directory of a run from being empty. */
  private static final String RUN_FILE = ".trawl-run";

  private final FileSystem fileSystem;
  private final Path output;
  private final Path attempts;
  private final ShutdownCleanup cleanup = new ShutdownCleanup(this::close);

  /** Directories that are known to exist. */
  private final Set<Path> parents = ConcurrentHashMap.newKeySet();

  private boolean closed;

  private FilePublisher(FileSystem fileSystem, Path output) {
    this.fileSystem = fileSystem;
    this.output = output;
    this.attempts = Storage.child(Storage.child(output, HIDDEN), UUID.randomUUID().toString());
  }

  /**
   * Makes the directory of the run, and that of the output if it is not there.
   *
   * @param output the directory below which files appear; locked by the caller
   * @throws TrawlException if the storage fails
   */
  public static FilePublisher create(Path output, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(output, hadoop);
    FilePublisher publisher = new FilePublisher(fileSystem, fileSystem.makeQualified(output));
    publisher.cleanup.register();
    try {
      publisher.removeLeftovers();
      if (!fileSystem.mkdirs(publisher.attempts)) {
        throw new IOException("the directory can't be made");
      }
      if (!Storage.renamesAtomically(fileSystem, hadoop)) {
        // Attempts assume that the run is alive as long as the directory exists, but some object
        // stores don't show an empty one.
        fileSystem.create(Storage.child(publisher.attempts, RUN_FILE), true).close();
      }
    } catch (IOException e) {
      publisher.close();
      throw Problems.storage(publisher.attempts, "cannot make the staging directory", e);
    }
    return publisher;
  }

  /**
   * Returns the hidden directory of {@code output} that holds a directory for each run, with the
   * files that the run's attempts write.
   */
  public static Path attempts(Path output) {
    return Storage.child(output, HIDDEN);
  }

  /** Where attempts of tasks write. */
  public Staging staging() {
    return new Staging(attempts.toString(), output.toString());
  }

  /**
   * Makes a file appear under its name, in place of an earlier one.
   *
   * @return the path at which it appeared, fully qualified
   * @throws TrawlException of category {@code SYSTEM} if the storage fails, so that the file may
   *     not have appeared, or if its length is not that which was written
   */
  public Path publish(WrittenFile file) {
    Path target = staging().target(file.name());
    long length;
    try {
      if (!parents.contains(target.getParent())) {
        fileSystem.mkdirs(target.getParent());
        parents.add(target.getParent());
      }
      file.pending().replace(fileSystem, target, file.bytes());
      length = fileSystem.getFileStatus(target).getLen();
    } catch (IOException e) {
      throw Problems.storage(target, "cannot publish", e);
    }
    if (length != file.bytes()) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "%s: has %d bytes, %d were written; check the storage and run again"
              .formatted(Problems.show(target), length, file.bytes()));
    }
    return target;
  }

  /** Removes a file that is not to be published. */
  public void discard(WrittenFile file) {
    try {
      file.pending().discard(fileSystem);
    } catch (IOException e) {
      // Whether the file is gone or not, it is never published.
      LOG.info("Cannot remove an unpublished {}: {}", file.name(), Problems.oneLine(e));
    }
  }

  /** Removes what was not published. A second call does nothing. */
  @Override
  public synchronized void close() {
    cleanup.unregister();
    if (closed) {
      return;
    }
    closed = true;
    OutputReplacement.remove(fileSystem, attempts);
    try {
      Path hidden = attempts.getParent();
      Uninterrupted.run(
          () -> {
            if (fileSystem.exists(hidden) && fileSystem.listStatus(hidden).length == 0) {
              fileSystem.delete(hidden, true);
            }
          });
    } catch (IOException e) {
      LOG.debug("An empty {} stays", Problems.show(attempts.getParent()), e);
    }
  }

  private void removeLeftovers() throws IOException {
    FileStatus[] runs;
    try {
      runs = fileSystem.listStatus(attempts.getParent());
    } catch (FileNotFoundException e) {
      return;
    }
    for (FileStatus run : runs) {
      LOG.info("Removing {}, which a killed run has left", Problems.show(run.getPath()));
      OutputReplacement.remove(fileSystem, run.getPath());
    }
  }
}
