package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Copies the files of a model directory that a run does not write anew, without the weights in
 * other formats unless they are to be kept.
 */
final class OtherFiles {
  private static final int BUFFER_BYTES = 1 << 20;

  /**
   * The most directories that may lie within each other. Without a limit, a link to a directory
   * above itself would be followed until the disk is full.
   */
  private static final int MAX_DIRECTORY_DEPTH = 16;

  /** The name of the attempt that writes the files: the driver copies them itself. */
  private static final String ATTEMPT = "driver";

  private final FileSystem source;
  private final Path directory;
  private final Set<String> replaced;
  private final Set<String> used;
  private final boolean keepOtherWeights;
  private final List<String> files = new ArrayList<>();
  private final List<String> directories = new ArrayList<>();
  private final List<OtherWeights.Found> leftOut = new ArrayList<>();

  private OtherFiles(
      FileSystem source,
      Path directory,
      Set<String> replaced,
      Set<String> used,
      boolean keepOtherWeights) {
    this.source = source;
    this.directory = directory;
    this.replaced = Set.copyOf(replaced);
    this.used = Set.copyOf(used);
    this.keepOtherWeights = keepOtherWeights;
  }

  /**
   * Finds the files to copy.
   *
   * @param directory the directory of the model
   * @param replaced names at the top level that the output writes itself
   * @param used names at the top level that belong to the rewritten weights, such as their index,
   *     and so are no weights in other formats
   * @param keepOtherWeights whether the same weights in other formats are copied, too
   */
  static OtherFiles find(
      FileSystem source,
      Path directory,
      Set<String> replaced,
      Set<String> used,
      boolean keepOtherWeights) {
    OtherFiles found = new OtherFiles(source, directory, replaced, used, keepOtherWeights);
    try {
      found.list(directory, "", 0);
    } catch (IOException e) {
      throw Problems.reading(directory, "cannot list", e);
    }
    return found;
  }

  /** The directories, which may be empty; relative names, outer ones first. */
  List<String> directories() {
    return List.copyOf(directories);
  }

  /** The weights in other formats that are not copied. */
  List<OtherWeights.Found> leftOut() {
    return List.copyOf(leftOut);
  }

  /**
   * Copies all files, in the order of their names.
   *
   * @param renamed the new names of files that do not keep their names, by their names in the input
   * @param finished takes each file when it is complete
   */
  void copy(
      Staging staging,
      Map<String, String> renamed,
      Configuration hadoop,
      Consumer<WrittenFile> finished) {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (String name : files) {
      String target = renamed.getOrDefault(name, name);
      try {
        finished.accept(copyFile(name, target, staging, buffer, hadoop));
      } catch (IOException e) {
        // Either of the two may have failed.
        String from = Problems.show(Storage.child(directory, name));
        throw Problems.storage(staging.target(target), "cannot copy " + from + " to it", e);
      }
    }
  }

  private void list(Path within, String prefix, int depth) throws IOException {
    if (depth > MAX_DIRECTORY_DEPTH) {
      throw Problems.badInput(
          Problems.show(within),
          "lies more than "
              + MAX_DIRECTORY_DEPTH
              + " directories deep; remove the link that leads in a circle");
    }
    FileStatus[] entries = source.listStatus(within);
    Arrays.sort(entries, Comparator.comparing(FileStatus::getPath));
    Set<String> names =
        Arrays.stream(entries)
            .map(status -> status.getPath().getName())
            .collect(Collectors.toCollection(HashSet::new));
    for (FileStatus status : entries) {
      String name = status.getPath().getName();
      if (isSkipped(name, names, depth)) {
        continue;
      }
      boolean otherWeights =
          !(depth == 0 && used.contains(name))
              && OtherWeights.matches(name, depth, status.isDirectory());
      if (otherWeights && !keepOtherWeights) {
        leftOut.add(
            new OtherWeights.Found(
                prefix + name + (status.isDirectory() ? "/" : ""), bytes(status, depth)));
      } else if (status.isDirectory()) {
        directories.add(prefix + name);
        list(status.getPath(), prefix + name + "/", depth + 1);
      } else {
        files.add(prefix + name);
      }
    }
  }

  /**
   * Returns whether an entry is not copied: it belongs to a run and not to the model, or the output
   * writes it itself, or it is a checksum file {@code .NAME.crc} of Hadoop's local file system,
   * which would be wrong for a rewritten file.
   */
  private boolean isSkipped(String name, Set<String> siblings, int depth) {
    boolean checksum =
        name.startsWith(".")
            && name.endsWith(".crc")
            && name.length() > 5
            && siblings.contains(name.substring(1, name.length() - 4));
    return checksum
        || Leftovers.isRunDirectory(name)
        || StagedFile.isLeftover(name)
        || (depth == 0 && (replaced.contains(name) || name.equals(UnfinishedOutput.MARKER)));
  }

  private long bytes(FileStatus status, int depth) throws IOException {
    if (status.isFile() || depth > MAX_DIRECTORY_DEPTH) {
      return status.getLen();
    }
    long bytes = 0;
    for (FileStatus entry : source.listStatus(status.getPath())) {
      bytes += bytes(entry, depth + 1);
    }
    return bytes;
  }

  private WrittenFile copyFile(
      String name, String target, Staging staging, byte[] buffer, Configuration hadoop)
      throws IOException {
    Path from = Storage.child(directory, name);
    long expected = source.getFileStatus(from).getLen();
    try (FSDataInputStream input = source.open(from);
        AttemptFile file = AttemptFile.create(staging, ATTEMPT, target, expected, hadoop)) {
      Optional<FileChannel> reading = LocalChannels.reading(source, input);
      Optional<FileChannel> writing = file.channel();
      if (reading.isPresent() && writing.isPresent()) {
        long copied = LocalChannels.copy(reading.get(), 0, Long.MAX_VALUE, writing.get());
        checkLength(from, expected, copied);
        return file.commit(copied, WrittenFile.NO_CHECKSUM);
      }
      checkLength(from, expected, copyStream(input, file.stream(), buffer));
      return file.commit();
    }
  }

  private static void checkLength(Path from, long expected, long copied) {
    if (copied != expected) {
      throw Problems.badInput(
          Problems.show(from),
          "has "
              + expected
              + " bytes but "
              + copied
              + " could be read; keep the model unchanged and run again");
    }
  }

  private static long copyStream(InputStream input, OutputStream output, byte[] buffer)
      throws IOException {
    long copied = 0;
    for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
      output.write(buffer, 0, count);
      copied += count;
    }
    return copied;
  }
}
