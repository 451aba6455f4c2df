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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Carries over everything of a model directory that is not rewritten. */
final class OtherFiles {
  private static final int BUFFER_BYTES = 1 << 20;

  /** A link to a directory above it would otherwise be followed until the disk is full. */
  private static final int DEEPEST = 16;

  private final FileSystem source;
  private final FileSystem target;
  private final Set<String> replaced;

  /**
   * Prepares a copy.
   *
   * @param replaced names at the top level that the output writes itself
   */
  OtherFiles(FileSystem source, FileSystem target, Set<String> replaced) {
    this.source = source;
    this.target = target;
    this.replaced = Set.copyOf(replaced);
  }

  /** Copies all files, in the order of their names; empty directories too. */
  void copy(Path from, Path to) {
    List<String> found = new ArrayList<>();
    try {
      list(from, "", 0, found);
    } catch (IOException e) {
      throw Problems.reading(from, "cannot list", e);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    for (String relative : found) {
      Path file = Storage.child(to, relative);
      try {
        if (relative.endsWith("/")) {
          makeDirectory(file);
        } else {
          copyFile(Storage.child(from, relative), file, buffer);
        }
      } catch (IOException e) {
        throw Problems.storage(file, "cannot copy", e);
      }
    }
  }

  private void list(Path directory, String prefix, int depth, List<String> found)
      throws IOException {
    if (depth > DEEPEST) {
      throw Problems.badInput(
          Problems.show(directory),
          "lies more than "
              + DEEPEST
              + " directories deep; remove the link that leads in a circle");
    }
    FileStatus[] entries = source.listStatus(directory);
    Arrays.sort(entries, Comparator.comparing(FileStatus::getPath));
    Set<String> names =
        Arrays.stream(entries)
            .map(status -> status.getPath().getName())
            .collect(Collectors.toCollection(HashSet::new));
    for (FileStatus status : entries) {
      String name = status.getPath().getName();
      if (isLeftOut(name, names, depth)) {
        continue;
      }
      if (status.isDirectory()) {
        found.add(prefix + name + "/");
        list(status.getPath(), prefix + name + "/", depth + 1, found);
      } else {
        found.add(prefix + name);
      }
    }
  }

  /** Hadoop's local checksum files, named {@code .NAME.crc}, would be wrong for rewritten files. */
  private boolean isLeftOut(String name, Set<String> siblings, int depth) {
    boolean checksum =
        name.startsWith(".")
            && name.endsWith(".crc")
            && name.length() > 5
            && siblings.contains(name.substring(1, name.length() - 4));
    return checksum
        || Leftovers.isOfARun(name)
        || StagedFile.isLeftover(name)
        || (depth == 0 && replaced.contains(name));
  }

  private void makeDirectory(Path directory) throws IOException {
    if (!target.mkdirs(directory)) {
      throw new IOException("the directory can't be made");
    }
  }

  private void copyFile(Path from, Path to, byte[] buffer) throws IOException {
    long expected = source.getFileStatus(from).getLen();
    long copied;
    try (FSDataInputStream input = source.open(from);
        StagedFile staged = StagedFile.create(target, to)) {
      Optional<FileChannel> reading = LocalChannels.reading(source, input);
      Optional<FileChannel> writing = staged.channel();
      if (reading.isPresent() && writing.isPresent()) {
        copied = LocalChannels.copy(reading.get(), 0, Long.MAX_VALUE, writing.get());
      } else {
        copied = copyStream(input, staged.stream(), buffer);
      }
      if (copied != expected) {
        throw Problems.badInput(
            Problems.show(from),
            "has "
                + expected
                + " bytes but "
                + copied
                + " could be read; keep the model unchanged and run again");
      }
      staged.commit();
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
