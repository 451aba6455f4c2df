package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds what killed runs have left in a directory, by names that only runs give: hidden directories
 * in which an output was staged, or an earlier one kept while it was replaced, and hidden files
 * that were being written.
 *
 * <p>A run that writes a checkpoint changes a file of its hidden directory every few minutes
 * ({@link Heartbeat}). What has not changed for much longer counts as left by a killed run, even if
 * the run's machine was only suspended.
 */
public final class AbandonedFiles {
  /** Matches the name of a run, a random UUID. */
  private static final String RUN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static final Pattern DIRECTORY =
      Pattern.compile("\\.(.+)\\.trawl-(staging|previous)-" + RUN);
  private static final Pattern FILE = Pattern.compile("\\..+\\." + RUN + "\\.trawl-part");

  private final FileSystem fileSystem;

  /**
   * Whether the modification times of directories are used. Object stores may report the time of
   * the request in place of them.
   */
  private final boolean usesDirectoryTimes;

  /** Creates a finder for the file system of {@code directory}. */
  public AbandonedFiles(Path directory, Configuration hadoop) {
    this.fileSystem = Storage.open(directory, hadoop);
    this.usesDirectoryTimes = Storage.renamesAtomically(fileSystem, hadoop);
  }

  /**
   * A directory or file that a run has left, or is writing.
   *
   * @param path the path of the directory or file
   * @param lastChanged when anything in it was changed last, by the clock of the storage
   * @param bytes the length of the file, or of all files in the directory
   * @param keepReason why it must stay; empty if it may go
   */
  public record Found(Path path, Instant lastChanged, long bytes, Optional<String> keepReason) {}

  /**
   * Finds what runs have left, or are writing, directly in a directory.
   *
   * @param before what has changed at this moment or later must stay
   * @throws TrawlException of category {@code BAD_INPUT} if there is no such directory
   */
  public List<Found> find(Path directory, Instant before) {
    List<Found> found = new ArrayList<>();
    try {
      for (FileStatus status : fileSystem.listStatus(directory)) {
        String name = status.getPath().getName();
        Matcher hidden = DIRECTORY.matcher(name);
        if (status.isDirectory() ? hidden.matches() : FILE.matcher(name).matches()) {
          boolean previous = status.isDirectory() && hidden.group(2).equals("previous");
          found.add(
              look(status, before, previous ? Optional.of(hidden.group(1)) : Optional.empty()));
        }
      }
    } catch (FileNotFoundException e) {
      throw Problems.badInput(Problems.show(directory), "is not there; check the URI", e);
    } catch (IOException e) {
      throw Problems.storage(directory, "cannot look at", e);
    }
    return found;
  }

  /**
   * Looks at one directory or file that a run has left, whatever its name.
   *
   * @param before what has changed at this moment or later must stay
   */
  public Found look(FileStatus status, Instant before) {
    try {
      return look(status, before, Optional.empty());
    } catch (IOException e) {
      throw Problems.storage(status.getPath(), "cannot look at", e);
    }
  }

  /**
   * Removes what was found.
   *
   * @throws TrawlException of category {@code SYSTEM} if it is still there
   * @throws IllegalArgumentException if it must stay
   */
  public void remove(Found found) {
    if (found.keepReason().isPresent()) {
      throw new IllegalArgumentException(
          Problems.show(found.path()) + " " + found.keepReason().get());
    }
    try {
      if (!fileSystem.delete(found.path(), true) && fileSystem.exists(found.path())) {
        throw new IOException("deleting was refused");
      }
    } catch (IOException e) {
      throw Problems.storage(found.path(), "cannot remove", e);
    }
  }

  /**
   * Looks at a directory or file as {@link #look(FileStatus, Instant)} does.
   *
   * @param replaced the output whose earlier version the directory keeps; empty if it keeps none
   */
  private Found look(FileStatus status, Instant before, Optional<String> replaced)
      throws IOException {
    Size size = new Size();
    size.add(status);
    // Without files only the directory's own time is left, even if it is that of the request.
    Instant changed =
        Instant.ofEpochMilli(size.newest > 0 ? size.newest : status.getModificationTime());
    Optional<String> kept = Optional.empty();
    if (!changed.isBefore(before)) {
      kept = Optional.of("a run may be at work on it");
    } else if (replaced.isPresent()) {
      kept = reasonStillNeeded(Storage.child(status.getPath().getParent(), replaced.get()));
    }
    return new Found(status.getPath(), changed, size.bytes, kept);
  }

  /**
   * Returns why the earlier version of {@code output}, which a run kept while it replaced it, must
   * stay; empty if it may go.
   */
  private Optional<String> reasonStillNeeded(Path output) throws IOException {
    if (!fileSystem.exists(output)) {
      return Optional.of(
          "it is all that is left of " + output.getName() + "; rename it to " + output.getName());
    }
    if (UnfinishedOutput.isUnfinished(fileSystem, output)
        && !fileSystem.exists(new Path(output, StagedDirectory.COMPLETE))) {
      return Optional.of(
          output.getName()
              + " is unfinished and this is the output before it; write it again with --overwrite,"
              + " or put this in its place");
    }
    return Optional.empty();
  }

  /** Adds up the lengths of files and finds the latest modification time. */
  private final class Size {
    private long newest;
    private long bytes;

    void add(FileStatus status) throws IOException {
      if (status.isFile() || usesDirectoryTimes) {
        newest = Math.max(newest, status.getModificationTime());
      }
      if (status.isDirectory()) {
        for (FileStatus child : children(status.getPath())) {
          add(child);
        }
      } else {
        bytes += status.getLen();
      }
    }

    /** Returns nothing if the directory has gone since it was listed: its run has just ended. */
    private FileStatus[] children(Path directory) throws IOException {
      try {
        return fileSystem.listStatus(directory);
      } catch (FileNotFoundException e) {
        return new FileStatus[0];
      }
    }
  }
}
