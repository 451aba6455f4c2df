package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a staged directory take the place of an earlier output, which is kept aside meanwhile.
 *
 * @param previous where the earlier output is kept
 * @param expected what {@link OutputCheck#state} must return for the earlier output; empty if it is
 *     replaced in any state
 */
record OutputReplacement(
    FileSystem fileSystem, Path output, Path previous, Optional<String> expected) {
  private static final Logger LOG = LoggerFactory.getLogger(OutputReplacement.class);

  /** Moves what was staged to the output, where nothing is. */
  interface Move {
    void run() throws IOException;
  }

  /**
   * Puts an earlier output aside, runs {@code move} and removes the earlier output. After a failure
   * the earlier output is back in its place, or an error is logged that says where it is.
   *
   * @param replacing whether there is an earlier output
   * @throws CheckpointStateUnknownException if a rename may or may not have happened; nothing is
   *     put back then
   */
  void publish(boolean replacing, Move move) throws IOException {
    if (replacing) {
      VerifiedRename.rename(fileSystem, output, previous);
    }
    try {
      if (replacing
          && expected.isPresent()
          && !OutputCheck.state(fileSystem, previous).equals(expected)) {
        throw OutputCheck.changed(output);
      }
      move.run();
    } catch (CheckpointStateUnknownException e) {
      throw e;
    } catch (RuntimeException | IOException e) {
      if (replacing) {
        Uninterrupted.run(() -> restorePrevious(e));
      }
      throw e;
    }
    if (replacing) {
      remove(fileSystem, previous);
    }
  }

  private void restorePrevious(Exception cause) {
    try {
      VerifiedRename.rename(fileSystem, previous, output);
    } catch (TrawlException e) {
      cause.addSuppressed(e);
      LOG.error(
          "The earlier output, which was put aside at {}, could not be put back: {}",
          Problems.show(previous),
          Problems.oneLine(e));
    }
  }

  /** Removes a directory and returns whether it is gone. A failure is logged only. */
  static boolean remove(FileSystem fileSystem, Path directory) {
    AtomicBoolean gone = new AtomicBoolean();
    try {
      Uninterrupted.run(
          () -> gone.set(fileSystem.delete(directory, true) || !fileSystem.exists(directory)));
      if (!gone.get()) {
        LOG.warn("Remove {} by hand: deleting it was refused", Problems.show(directory));
      }
    } catch (IOException e) {
      LOG.warn("Remove {} by hand: {}", Problems.show(directory), Problems.oneLine(e));
    }
    return gone.get();
  }
}
