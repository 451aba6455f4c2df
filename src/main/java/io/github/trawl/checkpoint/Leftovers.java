package io.github.trawl.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the hidden directories of runs beside an output, and finds those that killed runs have
 * left.
 *
 * <p>A run reports those of other runs and never removes them: on some file systems nothing in a
 * directory proves that the run which made it, maybe on another machine, has ended. {@link
 * AbandonedFiles} removes old ones when the user asks for it.
 */
final class Leftovers {
  private static final String STAGING = ".trawl-staging-";
  private static final String PREVIOUS = ".trawl-previous-";
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /** Returns the directory in which a run stages what is to become {@code output}. */
  static Path staging(Path output, String run) {
    return hidden(output, STAGING, run);
  }

  /** Returns the directory in which a run keeps the earlier output while it replaces it. */
  static Path previous(Path output, String run) {
    return hidden(output, PREVIOUS, run);
  }

  /**
   * Returns whether {@code name} is that of a hidden directory of some run, whatever its output.
   */
  static boolean isRunDirectory(String name) {
    return name.startsWith(".") && (name.contains(STAGING) || name.contains(PREVIOUS));
  }

  /** Warns of each directory beside {@code output} that another run has left, or is using. */
  static void announce(FileSystem fileSystem, Path output) {
    try {
      describe(fileSystem, output).forEach(LOG::warn);
    } catch (IOException e) {
      // A user who may write to a directory may not be allowed to list it.
      LOG.info(
          "Cannot look for what killed runs left beside {}: {}",
          Problems.show(output),
          Problems.oneLine(e));
    }
  }

  /**
   * Returns a line for each directory beside {@code output} that another run has left, or is using,
   * with what to do about it.
   */
  static List<String> describe(FileSystem fileSystem, Path output) throws IOException {
    List<String> lines = new ArrayList<>();
    for (FileStatus status : siblings(fileSystem, output)) {
      String name = status.getPath().getName();
      String where = Problems.show(status.getPath());
      if (name.startsWith(hidden(output, STAGING, "").getName())) {
        lines.add(
            where
                + " is what another run to this output has written so far"
                + lastChanged(fileSystem, status)
                + "; remove it by hand if that run was killed");
      } else if (name.startsWith(hidden(output, PREVIOUS, "").getName())) {
        lines.add(
            where
                + " is the output that another run was replacing"
                + lastChanged(fileSystem, status)
                + "; if that run was killed, remove it, or rename it to "
                + output.getName()
                + " to have it back");
      }
    }
    return lines;
  }

  private static FileStatus[] siblings(FileSystem fileSystem, Path output) throws IOException {
    try {
      return fileSystem.listStatus(output.getParent());
    } catch (FileNotFoundException e) {
      LOG.debug("{} has no parent directory yet", Problems.show(output), e);
      return new FileStatus[0];
    }
  }

  /**
   * Returns a phrase with the time of the last change; empty if the storage has none for a
   * directory: object stores report nothing, or the time of the request.
   */
  private static String lastChanged(FileSystem fileSystem, FileStatus status) {
    long time = status.getModificationTime();
    return time <= 0 || !Storage.renamesAtomically(fileSystem, fileSystem.getConf())
        ? ""
        : ", last changed at " + Instant.ofEpochMilli(time).truncatedTo(ChronoUnit.SECONDS);
  }

  private static Path hidden(Path output, String kind, String run) {
    return Storage.child(output.getParent(), "." + output.getName() + kind + run);
  }
}
