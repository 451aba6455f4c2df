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
 * What killed runs have left in a directory under names that only they give: hidden directories in
 * which outputs were staged or kept while they were replaced, and files that were being written.
 *
 * <p>A run gives a sign of life there every few minutes. What has not changed for much longer is
 * nobody's, unless a machine slept with a run on it.
 */
public final class AbandonedFiles {
  private static final String RUN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern DIRECTORY =
      Pattern.compile("\\.(.+)\\.trawl-(staging|previous)-" + RUN);
  private static final Pattern FILE = Pattern.compile("\\..+\\." + RUN + "\\.trawl-part");

  private final FileSystem fileSystem;

  /** What is in the file system of {@code directory}. */
  public AbandonedFiles(Path directory, Configuration hadoop) {
    this.fileSystem = Storage.open(directory, hadoop);
  }

  /**
   * Something that a run has left, or is writing.
   *
   * @param path of the directory or file
   * @param lastChanged when anything in it was changed last, by the clock of the storage
   * @param bytes of all files in it
   * @param kept why it must stay; empty if it may go
   */
  public record Found(Path path, Instant lastChanged, long bytes, Optional<String> kept) {}

  /**
   * Finds what lies directly in a directory.
   *
   * @param before what has changed since then must stay
   * @throws TrawlException of category {@code BAD_INPUT} if there is no such directory
   */
  public List<Found> in(Path directory, Instant before) {
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

  /** Looks at one thing that a run has left, whatever its name. */
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
   */
  public void remove(Found found) {
    if (found.kept().isPresent()) {
      throw new IllegalArgumentException(found.path() + " " + found.kept().get());
    }
    try {
      if (!fileSystem.delete(found.path(), true) && fileSystem.exists(found.path())) {
        throw new IOException("deleting was refused");
      }
    } catch (IOException e) {
      throw Problems.storage(found.path(), "cannot remove", e);
    }
  }

  private Found look(FileStatus status, Instant before, Optional<String> replaced)
      throws IOException {
    Size size = new Size();
    size.add(fileSystem, status);
    Instant changed = Instant.ofEpochMilli(size.newest);
    Optional<String> kept = Optional.empty();
    if (!changed.isBefore(before)) {
      kept = Optional.of("a run may be at work on it");
    } else if (replaced.isPresent()
        && !fileSystem.exists(Storage.child(status.getPath().getParent(), replaced.get()))) {
      kept = Optional.of("it is all that is left of " + replaced.get() + "; rename it to that");
    }
    return new Found(status.getPath(), changed, size.bytes, kept);
  }

  /** Sums up a directory. */
  private static final class Size {
    private long newest;
    private long bytes;

    void add(FileSystem fileSystem, FileStatus status) throws IOException {
      newest = Math.max(newest, status.getModificationTime());
      if (status.isDirectory()) {
        for (FileStatus child : fileSystem.listStatus(status.getPath())) {
          add(fileSystem, child);
        }
      } else {
        bytes += status.getLen();
      }
    }
  }
}
