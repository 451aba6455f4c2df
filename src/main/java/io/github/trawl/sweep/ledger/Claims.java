package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.NewFile;
import io.github.trawl.checkpoint.Problems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which holders claim an output. Each holder has an epoch of its own, and these
 * files:
 *
 * <ul>
 *   <li>{@code EPOCH.json}, its claim, created only if absent; the claim of the greatest epoch is
 *       the valid one
 *   <li>{@code EPOCH.alive}, overwritten at each sign of life; its modification time is the time of
 *       the last one
 *   <li>{@code EPOCH.released}, which exists once the holder has released the output
 * </ul>
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final Pattern NAME = Pattern.compile("([0-9]{6})\\.(json|alive|released)");
  private static final String CLAIM = "json";
  private static final String ALIVE = "alive";
  private static final String RELEASED = "released";
  private static final String PROBE = ".probe-";

  /** A probe is in use for a moment; one of this age was left. */
  private static final Duration OLD_PROBE = Duration.ofHours(1);

  private static final byte[] LINE_FEED = "\n".getBytes(StandardCharsets.UTF_8);

  private final FileSystem fileSystem;
  private final Path folder;

  Claims(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * A claim that was found in the folder.
   *
   * @param claim the content of its file; empty if it can't be parsed
   * @param lastHeartbeat time of the last sign of life, by the clock of the storage
   */
  record Found(int epoch, Optional<Claim> claim, Instant lastHeartbeat, boolean released) {}

  /** Returns the claim of the greatest epoch, released or not; empty if there is none. */
  Optional<Found> latest() throws IOException {
    for (; ; ) {
      List<Entry> entries = entries();
      OptionalInt last =
          entries.stream().filter(entry -> entry.kind().equals(CLAIM)).mapToInt(Entry::epoch).max();
      if (last.isEmpty()) {
        return Optional.empty();
      }
      int epoch = last.getAsInt();
      List<Entry> latest = entries.stream().filter(entry -> entry.epoch() == epoch).toList();
      Instant lastHeartbeat =
          latest.stream().map(Entry::time).max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
      boolean released = latest.stream().anyMatch(entry -> entry.kind().equals(RELEASED));
      try {
        return Optional.of(new Found(epoch, read(epoch), lastHeartbeat, released));
      } catch (FileNotFoundException e) {
        // A later holder has removed this claim since the folder was listed: look again.
        HadoopFiles.confirmMissing(fileSystem, path(epoch, CLAIM), e);
      }
    }
  }

  /** Writes the claim of {@code epoch} if there is none. Returns whether it was written. */
  boolean create(int epoch, Claim claim) throws IOException {
    fileSystem.mkdirs(folder);
    return NewFile.write(fileSystem, path(epoch, CLAIM), claim.toBytes());
  }

  /** Records a sign of life. */
  void writeHeartbeat(int epoch) throws IOException {
    write(path(epoch, ALIVE));
  }

  /**
   * Releases the output. {@link #writeHeartbeat} must have been called before: if no file can be
   * written, the file of the last sign of life is renamed.
   */
  void release(int epoch) throws IOException {
    try {
      write(path(epoch, RELEASED));
    } catch (IOException e) {
      // A storage that is full may still rename a file.
      boolean renamed = false;
      try {
        renamed = fileSystem.rename(path(epoch, ALIVE), path(epoch, RELEASED));
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      if (!renamed) {
        throw e;
      }
    }
  }

  void delete(int epoch) throws IOException {
    HadoopFiles.delete(fileSystem, path(epoch, CLAIM));
  }

  /**
   * Removes the files of all holders with an epoch below {@code epoch}, and what killed processes
   * have left of {@link #elapsedSince}. The latter may belong to another user, so that a failure to
   * remove it is only logged.
   */
  void deleteBefore(int epoch) throws IOException {
    FileStatus[] files = HadoopFiles.list(fileSystem, folder);
    long newest = Arrays.stream(files).mapToLong(FileStatus::getModificationTime).max().orElse(0);
    for (FileStatus file : files) {
      boolean left =
          file.getPath().getName().startsWith(PROBE)
              && newest - file.getModificationTime() > OLD_PROBE.toMillis();
      if (left) {
        deleteProbe(file.getPath());
      } else if (entry(file).filter(entry -> entry.epoch() < epoch).isPresent()) {
        HadoopFiles.delete(fileSystem, file.getPath());
      }
    }
  }

  private void deleteProbe(Path probe) {
    try {
      HadoopFiles.delete(fileSystem, probe);
    } catch (IOException e) {
      LOG.info("{} stays: {}", Problems.show(probe), Problems.oneLine(e));
    }
  }

  /**
   * Returns the time since {@code heartbeat} by the clock of the storage, which is read from the
   * modification time of a file written for this purpose.
   */
  Duration elapsedSince(Instant heartbeat) throws IOException {
    Path probe = new Path(folder, PROBE + UUID.randomUUID());
    write(probe);
    try {
      Instant now = Instant.ofEpochMilli(fileSystem.getFileStatus(probe).getModificationTime());
      return Duration.between(heartbeat, now);
    } finally {
      HadoopFiles.delete(fileSystem, probe);
    }
  }

  private record Entry(int epoch, String kind, Instant time) {}

  private List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus file : HadoopFiles.list(fileSystem, folder)) {
      entry(file).ifPresent(entries::add);
    }
    return entries;
  }

  /** Returns what a file's name says; empty for one of another kind. */
  private static Optional<Entry> entry(FileStatus file) {
    Matcher name = NAME.matcher(file.getPath().getName());
    return name.matches()
        ? Optional.of(
            new Entry(
                Integer.parseInt(name.group(1)),
                name.group(2),
                Instant.ofEpochMilli(file.getModificationTime())))
        : Optional.empty();
  }

  private Optional<Claim> read(int epoch) throws IOException {
    Path path = path(epoch, CLAIM);
    try (FSDataInputStream stream = fileSystem.open(path)) {
      return Claim.parse(path.getName(), stream.readAllBytes());
    }
  }

  private void write(Path path) throws IOException {
    try (FSDataOutputStream stream = fileSystem.create(path, true)) {
      stream.write(LINE_FEED);
    } catch (FSError e) {
      // Hadoop's local file system reports a failing disk as an Error.
      throw new IOException(Problems.oneLine(e), e);
    }
  }

  private Path path(int epoch, String kind) {
    return new Path(folder, String.format(Locale.ROOT, "%06d.%s", epoch, kind));
  }
}
