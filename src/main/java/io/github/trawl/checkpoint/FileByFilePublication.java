package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the files of an output where directories can't be renamed in one step. First a marker
 * claims the output ({@link UnfinishedOutput}) and an earlier output is put aside; then the files
 * appear, several at a time. One file comes last and tells readers that all others are there. After
 * a failure the earlier output is back in its place, or an error is logged; after a kill the marker
 * says that the output is unfinished.
 *
 * @param previous the directory in which an earlier output is kept meanwhile
 * @param run the name of this run, which the marker holds
 * @param last the name of the file that comes last, such as the manifest of a model
 */
record FileByFilePublication(
    FileSystem fileSystem, Path output, Path previous, String run, String last) {
  private static final Logger LOG = LoggerFactory.getLogger(FileByFilePublication.class);

  /** Checks the files at the output before the last one is there. */
  interface Check {
    void run() throws IOException;
  }

  /**
   * Publishes the files.
   *
   * @param unfinished the run whose marker lay in the output when this run began; empty if none did
   * @param expected what {@link OutputCheck#state} must return for the earlier output
   * @param files all files but the last one, by their names relative to the output
   * @param content the content of the last file
   * @param check runs when all files but the last one are there
   * @throws CheckpointStateUnknownException if it is unknown whether a file was moved or published
   * @throws io.github.trawl.TrawlException if the files were not published
   * @throws IOException if the storage failed and the files were not published
   */
  void publish(
      Optional<String> unfinished,
      Optional<String> expected,
      Map<String, WrittenFile> files,
      byte[] content,
      Check check)
      throws IOException {
    UnfinishedOutput.claim(fileSystem, output, run, unfinished);
    Queue<Path> published = new ConcurrentLinkedQueue<>();
    Queue<String> aside = new ConcurrentLinkedQueue<>();
    try {
      if (!OutputCheck.state(fileSystem, output).equals(expected)) {
        throw OutputCheck.changed(output);
      }
      putAside(aside);
      makeParents(output, files.keySet());
      ParallelRequests.forEach(
          files.values(),
          file -> {
            Path target = Storage.child(output, file.name());
            file.pending().publish(fileSystem, target, file.bytes());
            published.add(target);
          });
      check.run();
      Path target = new Path(output, last);
      // Before it is written: a write that fails may leave a file to remove.
      published.add(target);
      try (OutputStream stream = fileSystem.create(target, true)) {
        stream.write(content);
      }
    } catch (CheckpointStateUnknownException e) {
      throw e;
    } catch (RuntimeException | IOException e) {
      Uninterrupted.run(() -> undo(published, aside, e));
      throw e;
    }
    release();
    if (!aside.isEmpty()) {
      OutputReplacement.remove(fileSystem, previous);
    }
  }

  /**
   * Moves the earlier output aside, beginning with the file that was published last: without it the
   * output counts as unfinished.
   */
  private void putAside(Queue<String> aside) throws IOException {
    List<String> names = new ArrayList<>();
    if (fileSystem.exists(output)) {
      list(output, "", names);
    }
    names.remove(UnfinishedOutput.MARKER);
    if (names.isEmpty()) {
      return;
    }
    makeParents(previous, names);
    if (names.remove(last)) {
      move(output, previous, last);
      aside.add(last);
    }
    ParallelRequests.forEach(
        names,
        name -> {
          move(output, previous, name);
          aside.add(name);
        });
  }

  /** Removes what this run has published, and nothing else, and puts the earlier output back. */
  private void undo(Queue<Path> published, Queue<String> aside, Exception cause) {
    try {
      ParallelRequests.forEach(List.copyOf(published), file -> fileSystem.delete(file, false));
      List<String> names = new ArrayList<>(aside);
      boolean lastToo = names.remove(last);
      ParallelRequests.forEach(names, name -> move(previous, output, name));
      if (lastToo) {
        move(previous, output, last);
      }
      release();
      OutputReplacement.remove(fileSystem, previous);
      if (aside.isEmpty()) {
        removeEmpty(output);
      }
    } catch (RuntimeException | IOException e) {
      cause.addSuppressed(e);
      LOG.error(
          "{} could not be cleaned up; {}: {}",
          Problems.show(output),
          aside.isEmpty()
              ? "remove it by hand"
              : "move the files of the earlier output back from " + Problems.show(previous),
          Problems.oneLine(e));
    }
  }

  /**
   * Removes the marker of this run. A marker of another run, which took this one for dead and
   * claimed the output, stays.
   */
  private void release() {
    try {
      Uninterrupted.run(
          () -> {
            if (UnfinishedOutput.owner(fileSystem, output).equals(Optional.of(run))) {
              fileSystem.delete(new Path(output, UnfinishedOutput.MARKER), false);
            }
          });
    } catch (IOException e) {
      LOG.warn(
          "Remove {} in {} by hand: {}",
          UnfinishedOutput.MARKER,
          Problems.show(output),
          Problems.oneLine(e));
    }
  }

  /** Removes a directory unless it holds files. */
  private void removeEmpty(Path directory) throws IOException {
    if (!fileSystem.exists(directory)) {
      return;
    }
    List<String> names = new ArrayList<>();
    list(directory, "", names);
    if (names.isEmpty()) {
      fileSystem.delete(directory, true);
    }
  }

  private void move(Path from, Path to, String name) {
    VerifiedRename.rename(fileSystem, Storage.child(from, name), Storage.child(to, name));
  }

  private void makeParents(Path directory, Iterable<String> names) throws IOException {
    TreeSet<Path> parents = new TreeSet<>();
    for (String name : names) {
      parents.add(Storage.child(directory, name).getParent());
    }
    for (Path parent : parents) {
      fileSystem.mkdirs(parent);
    }
  }

  private void list(Path directory, String prefix, List<String> names) throws IOException {
    for (FileStatus status : fileSystem.listStatus(directory)) {
      String name = prefix + status.getPath().getName();
      if (status.isDirectory()) {
        list(status.getPath(), name + "/", names);
      } else {
        names.add(name);
      }
    }
  }
}
