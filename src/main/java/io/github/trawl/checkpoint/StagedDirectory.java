package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory that appears whole or not at all: it is written under a hidden name beside its final
 * one and renamed. {@link #close()} removes what was not published, and so does a process that is
 * told to end (SIGTERM, SIGINT). What a killed run leaves behind is reported by the next run to the
 * same output.
 *
 * <p>In an object store, where a rename is a copy, its files appear one by one, each whole, and
 * {@code _SUCCESS}, the file by which Spark says that a directory is complete, comes last.
 *
 * <p>Methods may be called from several threads, such as that of a shutdown hook.
 */
public final class StagedDirectory implements Closeable {
  static final String COMPLETE = "_SUCCESS";

  private final FileSystem fileSystem;
  private final Configuration hadoop;
  private final Path output;
  private final String run = UUID.randomUUID().toString();
  private final Path staging;
  private final Path previous;
  private final ShutdownCleanup cleanup = new ShutdownCleanup(this::close);

  /** What {@link OutputCheck#state} returned for the output when this run began. */
  private Optional<String> initialState = Optional.empty();

  /** The run whose marker lay in the output when this run began. */
  private Optional<String> unfinishedRun = Optional.empty();

  /** Whether {@code staging} is still there for this object to publish or remove. */
  private boolean unpublished = true;

  private StagedDirectory(FileSystem fileSystem, Path output, Configuration hadoop) {
    this.fileSystem = fileSystem;
    this.hadoop = hadoop;
    this.output = output;
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
        new StagedDirectory(
            fileSystem, OutputCheck.requireApart(fileSystem, output, null, hadoop), hadoop);
    Leftovers.announce(fileSystem, directory.output);
    directory.cleanup.register();
    try {
      directory.initialState = OutputCheck.state(fileSystem, directory.output);
      directory.unfinishedRun = UnfinishedOutput.owner(fileSystem, directory.output);
      if (!fileSystem.mkdirs(directory.staging)) {
        throw new IOException("the directory can't be made");
      }
    } catch (IOException e) {
      directory.cleanup.unregister();
      throw Problems.storage(directory.staging, "cannot make the staging directory", e);
    }
    return directory;
  }

  /** The directory to write to; everything in it becomes the output. */
  public Path path() {
    return staging;
  }

  /**
   * Makes what was written appear as the output.
   *
   * @param overwrite whether it takes the place of an earlier output; without that an output that
   *     exists is refused
   * @throws CheckpointStateUnknownException if it is unknown whether it was published
   * @throws TrawlException if it was not published; an earlier output is where it was, or an error
   *     is logged that says where it is
   */
  public synchronized void publish(boolean overwrite) {
    if (!unpublished) {
      throw new IllegalStateException(Problems.show(staging) + " was published or removed");
    }
    try {
      if (Storage.renamesAtomically(fileSystem, hadoop)) {
        boolean replacing = overwrite && fileSystem.exists(output);
        new OutputReplacement(fileSystem, output, previous, Optional.empty())
            .publish(replacing, () -> VerifiedRename.rename(fileSystem, staging, output));
      } else {
        publishFileByFile(overwrite);
        OutputReplacement.remove(fileSystem, staging);
      }
      unpublished = false;
    } catch (CheckpointStateUnknownException e) {
      unpublished = false;
      throw e;
    } catch (IOException e) {
      throw Problems.storage(output, "cannot publish", e);
    }
  }

  private void publishFileByFile(boolean overwrite) throws IOException {
    if (!overwrite && fileSystem.exists(output)) {
      throw VerifiedRename.taken(output);
    }
    Map<String, WrittenFile> files = new LinkedHashMap<>();
    for (WrittenFile file : PrivateFile.list(fileSystem, staging)) {
      if (!file.name().equals(COMPLETE)) {
        files.put(file.name(), file);
      }
    }
    new FileByFilePublication(fileSystem, output, previous, run, COMPLETE)
        .publish(unfinishedRun, initialState, files, new byte[0], () -> {});
  }

  /** Removes what was not published, unless its state is unknown. A second call does nothing. */
  @Override
  public synchronized void close() {
    cleanup.unregister();
    if (unpublished) {
      unpublished = false;
      OutputReplacement.remove(fileSystem, staging);
    }
  }
}
