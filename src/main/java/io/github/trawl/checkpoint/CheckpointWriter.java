package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a model directory that appears whole or not at all: stage, verify, publish.
 *
 * <p>Files are put under {@link #staging()}, a hidden directory beside the output. {@link
 * #publish()} renames it in one step. Where the file system has no such step, as in object stores,
 * files are moved one by one and {@code trawl.json} last: a directory without it is no model.
 * {@link #close()} removes what was not published, and so does the end of the process by a signal.
 * What a killed run leaves behind is reported by the next run to the same output.
 *
 * <p>Methods may be called from several threads, such as a shutdown hook.
 */
public final class CheckpointWriter implements Closeable {
  /** Name of the manifest, which the caller writes into {@link #staging()}. */
  public static final String MANIFEST = "trawl.json";

  /** Name of the directory of factors, which the caller writes into {@link #staging()}. */
  public static final String FACTORS = "factors";

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

  private enum State {
    OPEN,
    VERIFIED,
    PUBLISHED,
    ABORTED,
    UNKNOWN
  }

  private final FileSystem fileSystem;
  private final Path output;
  private final Path staging;
  private final Path previous;
  private final boolean overwrite;
  private final Configuration hadoop;
  private final ShutdownCleanup cleanup = new ShutdownCleanup(this::close);
  private Checkpoint input;
  private State state = State.OPEN;

  private CheckpointWriter(
      FileSystem fileSystem, Path output, boolean overwrite, Configuration hadoop) {
    this.fileSystem = fileSystem;
    this.output = output;
    this.overwrite = overwrite;
    this.hadoop = hadoop;
    String run = UUID.randomUUID().toString();
    this.staging = Leftovers.staging(output, run);
    this.previous = Leftovers.previous(output, run);
  }

  /**
   * Fails as {@link #create} would, but makes nothing; to be called before long work begins.
   *
   * @throws TrawlException if the output exists and is not to be replaced, or is or contains or
   *     lies in the input
   */
  public static void check(Path output, boolean overwrite, Path inputOrNull, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(output, hadoop);
    Path qualified = OutputCheck.apart(fileSystem, output, inputOrNull, hadoop);
    try {
      OutputCheck.replaces(fileSystem, qualified, overwrite);
    } catch (IOException e) {
      throw Problems.storage(qualified, "cannot look at", e);
    }
  }

  /**
   * Makes the staging directory.
   *
   * @param overwrite whether an output that exists is replaced; only a model is
   * @param inputOrNull the model that is read, which the output must not touch
   * @throws TrawlException if the output exists and is not to be replaced, is or contains or lies
   *     in the input, or can't be written beside
   */
  public static CheckpointWriter create(
      Path output, boolean overwrite, Path inputOrNull, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(output, hadoop);
    Path qualified = OutputCheck.apart(fileSystem, output, inputOrNull, hadoop);
    CheckpointWriter writer = new CheckpointWriter(fileSystem, qualified, overwrite, hadoop);
    writer.cleanup.register();
    try {
      OutputCheck.replaces(fileSystem, qualified, overwrite);
      Leftovers.announce(fileSystem, qualified);
      if (!fileSystem.mkdirs(writer.staging)) {
        throw new IOException("the directory can't be made");
      }
    } catch (IOException e) {
      writer.cleanup.unregister();
      throw Problems.storage(writer.staging, "cannot make the staging directory", e);
    } catch (RuntimeException e) {
      writer.cleanup.unregister();
      throw e;
    }
    return writer;
  }

  /** The directory to write into: everything in it becomes the output. */
  public Path staging() {
    return staging;
  }

  /** Where the model appears when it is published; fully qualified. */
  public Path output() {
    return output;
  }

  /**
   * Carries over, byte for byte, all files of {@code input} but its shards, its manifest and its
   * factors.
   *
   * @throws TrawlException if the storage fails
   */
  public synchronized void copyOtherFiles(Checkpoint input) {
    require(State.OPEN, State.VERIFIED);
    this.input = input;
    Set<String> replaced = new HashSet<>(Set.of(MANIFEST, FACTORS));
    input.shards().forEach(shard -> replaced.add(shard.name()));
    new OtherFiles(Storage.open(input.directory(), hadoop), fileSystem, replaced)
        .copy(input.directory(), staging);
    state = State.OPEN;
  }

  /**
   * Reopens the staged model and compares it with what was read and written: all headers are valid,
   * the tensors are those of the input with their dtypes, shapes and shards, and each digest's
   * shard has its length.
   *
   * @throws TrawlException if they differ
   */
  public synchronized void verify(Collection<ShardDigest> written) {
    require(State.OPEN, State.VERIFIED);
    new StagedModel(staging, hadoop).checkStructure(input, written);
    state = State.VERIFIED;
  }

  /**
   * As {@link #verify}, and reads all shards again that have digests, to compare them.
   *
   * @throws TrawlException if they differ
   */
  public synchronized void verifyContent(Collection<ShardDigest> written) {
    verify(written);
    new StagedModel(staging, hadoop).checkContent(written);
  }

  /**
   * Makes the staged model appear as the output; verifies it first if that was not done. A second
   * call does nothing. After a failure it may be called again, unless the state is unknown.
   *
   * @throws CheckpointStateUnknownException if it may or may not have been published
   * @throws TrawlException if it was not published; an earlier output is back in its place
   */
  public synchronized void publish() {
    if (state == State.PUBLISHED) {
      return;
    }
    require(State.OPEN, State.VERIFIED);
    if (state == State.OPEN) {
      verify(List.of());
    }
    publishVerifiedOrFail();
  }

  /**
   * Makes factors without weights appear as the output: as {@link #publish}, but there is no model
   * to verify.
   *
   * @throws CheckpointStateUnknownException as {@link #publish}
   * @throws TrawlException as {@link #publish}
   */
  public synchronized void publishFactors() {
    if (state == State.PUBLISHED) {
      return;
    }
    require(State.OPEN, State.OPEN);
    publishVerifiedOrFail();
  }

  private void publishVerifiedOrFail() {
    try {
      publishVerified();
      state = State.PUBLISHED;
    } catch (CheckpointStateUnknownException e) {
      state = State.UNKNOWN;
      throw e;
    } catch (IOException e) {
      throw Problems.storage(output, "cannot publish", e);
    }
  }

  /**
   * Removes the staging directory unless the model was published or its state is unknown. A failure
   * to clean up is logged and does not hide the failure that led here. A second call does nothing.
   */
  @Override
  public synchronized void close() {
    cleanup.unregister();
    if (state == State.OPEN || state == State.VERIFIED) {
      state = State.ABORTED;
      if (Replacement.remove(fileSystem, staging)) {
        LOG.warn("{} was not published; its staging directory is removed", Problems.show(output));
      }
    }
  }

  private void publishVerified() throws IOException {
    removeLeftovers();
    boolean replacing = OutputCheck.replaces(fileSystem, output, overwrite);
    new Replacement(fileSystem, output, previous).publish(replacing, this::move);
  }

  private void move() throws IOException {
    if (Storage.renamesAtomically(fileSystem, hadoop)) {
      CertainRename.rename(fileSystem, staging, output);
    } else {
      moveManifestLast();
    }
  }

  private void moveManifestLast() throws IOException {
    try {
      ManifestLast.move(fileSystem, staging, output);
    } catch (CheckpointStateUnknownException e) {
      throw e;
    } catch (TrawlException | IOException e) {
      // Files are missing from the staging directory now, which the next attempt has to notice.
      state = State.OPEN;
      if (!fileSystem.exists(new Path(output, MANIFEST))) {
        Replacement.remove(fileSystem, output);
      }
      throw e;
    }
  }

  /** Files of attempts that were killed must not become part of the model. */
  private void removeLeftovers() throws IOException {
    for (FileStatus status : fileSystem.listStatus(staging)) {
      if (StagedFile.isLeftover(status.getPath().getName())) {
        fileSystem.delete(status.getPath(), false);
      }
    }
  }

  private void require(State first, State second) {
    if (state != first && state != second) {
      throw new IllegalStateException("writer of " + output + " is " + state);
    }
  }
}
