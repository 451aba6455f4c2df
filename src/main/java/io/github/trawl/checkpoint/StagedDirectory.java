package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory that appears whole or not at all: it is written under a hidden name beside its own
 * and renamed. {@link #close()} removes what was not published, and so does the end of the process
 * by a signal. What a killed run leaves behind is reported by the next run to the same output.
 *
 * <p>In an object store, where a rename is a copy, each of its files appears whole.
 *
 * <p>Methods may be called from several threads, such as a shutdown hook.
 */
public final class StagedDirectory implements Closeable {
  private final FileSystem fileSystem;
  private final Path output;
  private final Path staging;
  private final Path previous;
  private final ShutdownCleanup cleanup = new ShutdownCleanup(this::close);
  private boolean mine = true;

  private StagedDirectory(FileSystem fileSystem, Path output) {
    this.fileSystem = fileSystem;
    this.output = output;
    String run = UUID.randomUUID().toString();
    this.staging = Leftovers.staging(output, run);
    this.previous = Leftovers.previous(output, run);
  }

  /**
   * Makes the hidden directory.
   *
   * @throws TrawlException if {@code output} is a root or nothing can be written beside it
   */
  public static StagedDirectory create(Path output, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(output, hadoop);
    StagedDirectory directory =
        new StagedDirectory(fileSystem, OutputCheck.apart(fileSystem, output, null, hadoop));
    Leftovers.announce(fileSystem, directory.output);
    directory.cleanup.register();
    try {
      if (!fileSystem.mkdirs(directory.staging)) {
        throw new IOException("the directory can't be made");
      }
    } catch (IOException e) {
      directory.cleanup.unregister();
      throw Problems.storage(directory.staging, "cannot make the staging directory", e);
    }
    return directory;
  }

  /** Where to write; everything in it becomes the output. */
  public Path path() {
    return staging;
  }

  /**
   * Makes what was written appear.
   *
   * @param overwrite whether it takes the place of an earlier output
   * @throws CheckpointStateUnknownException if it may or may not have been published
   * @throws TrawlException if it was not published; an earlier output is where it was
   */
  public synchronized void publish(boolean overwrite) {
    if (!mine) {
      throw new IllegalStateException(staging + " was published or removed");
    }
    try {
      boolean replacing = overwrite && fileSystem.exists(output);
      new Replacement(fileSystem, output, previous, Optional.empty())
          .publish(replacing, () -> CertainRename.rename(fileSystem, staging, output));
      mine = false;
    } catch (CheckpointStateUnknownException e) {
      mine = false;
      throw e;
    } catch (IOException e) {
      throw Problems.storage(output, "cannot publish", e);
    }
  }

  /** Removes what was not published, unless that is unknown. A second call does nothing. */
  @Override
  public synchronized void close() {
    cleanup.unregister();
    if (mine) {
      mine = false;
      Replacement.remove(fileSystem, staging);
    }
  }
}
