package io.github.trawl.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Marks and recognises an output that is being published file by file, as on an object store. It
 * holds a marker, a file that names the run which publishes it, until its last file is there, such
 * as the manifest of a model.
 */
public final class UnfinishedOutput {
  static final String MARKER = ".trawl-unfinished";

  /** The most bytes of a run's name that are read. */
  private static final int LONGEST_RUN = 200;

  private UnfinishedOutput() {}

  /**
   * Refuses {@code directory} if it is an output that a run has begun and not finished.
   *
   * @throws io.github.trawl.TrawlException of category {@code BAD_INPUT} if it is
   */
  public static void refuse(Path directory, Configuration hadoop) {
    try {
      FileSystem fileSystem = Storage.open(directory, hadoop);
      if (isUnfinished(fileSystem, fileSystem.makeQualified(directory))) {
        throw Problems.badInput(
            Problems.show(directory),
            "is unfinished: a run is publishing it, or was killed while it did; wait for that run,"
                + " or write it again with --overwrite");
      }
    } catch (IOException e) {
      throw Problems.reading(directory, "cannot look at", e);
    }
  }

  /**
   * Returns whether {@code directory} is an unfinished output of a model. Where there is a manifest
   * beside the marker, the output is finished and its marker could not be removed.
   */
  static boolean isUnfinished(FileSystem fileSystem, Path directory) throws IOException {
    return fileSystem.exists(new Path(directory, MARKER))
        && !fileSystem.exists(new Path(directory, CheckpointWriter.MANIFEST));
  }

  /** Returns the run that the marker names; empty if there is no marker. */
  static Optional<String> owner(FileSystem fileSystem, Path directory) throws IOException {
    try (FSDataInputStream stream = fileSystem.open(new Path(directory, MARKER))) {
      return Optional.of(new String(stream.readNBytes(LONGEST_RUN), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes the marker of {@code run}.
   *
   * @param replaced the run whose marker was there when {@code run} began; it is taken to have
   *     ended, so that its marker may be replaced
   * @throws io.github.trawl.TrawlException if another run has written its marker
   */
  static void claim(FileSystem fileSystem, Path directory, String run, Optional<String> replaced)
      throws IOException {
    Path marker = new Path(directory, MARKER);
    Optional<String> owner = owner(fileSystem, directory);
    if (owner.isPresent() && !owner.equals(replaced)) {
      throw taken(directory);
    }
    try (FSDataOutputStream stream = fileSystem.create(marker, owner.isPresent())) {
      stream.write(run.getBytes(StandardCharsets.UTF_8));
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      throw taken(directory);
    }
    // Most stores let two runs create the marker; afterwards both read that of the later one.
    if (!owner(fileSystem, directory).equals(Optional.of(run))) {
      throw taken(directory);
    }
  }

  private static io.github.trawl.TrawlException taken(Path directory) {
    return Problems.usage(
        Problems.show(directory),
        "is being published by another run; choose another output, or wait for that run and give"
            + " --overwrite");
  }
}
