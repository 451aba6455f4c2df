package io.github.trawl.checkpoint;

import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checks whether a model may be written to a directory. */
final class OutputCheck {
  private OutputCheck() {}

  /**
   * Returns the output, fully qualified, and requires that it lies apart from the input.
   *
   * @param inputOrNull the directory of the input; null if there is none
   * @throws io.github.trawl.TrawlException if the output is the root of a file system, or if it is,
   *     contains or lies in the input
   */
  static Path requireApart(
      FileSystem fileSystem, Path output, Path inputOrNull, Configuration hadoop) {
    // Made from text: a path made from a URI keeps a trailing slash and would be its own parent.
    Path qualified = fileSystem.makeQualified(new Path(output.toString()));
    if (qualified.getParent() == null) {
      throw Problems.usage(Problems.show(output), "is a root; give a directory below it as output");
    }
    if (inputOrNull != null) {
      checkApart(qualified, inputOrNull, hadoop);
    }
    return qualified;
  }

  private static void checkApart(Path output, Path input, Configuration hadoop) {
    DirectoryLocation target = DirectoryLocation.of(output, hadoop);
    DirectoryLocation source = DirectoryLocation.of(input, hadoop);
    if (target.isWithin(source) || source.isWithin(target)) {
      String relation =
          target.equals(source)
              ? "is the input"
              : target.isWithin(source) ? "lies in the input" : "contains the input";
      throw Problems.usage(
          Problems.show(output),
          "the output " + relation + " " + Problems.show(input) + "; choose another output");
    }
  }

  /**
   * Returns whether there is something that the output replaces: a model, an unfinished output or
   * an empty directory.
   *
   * @param overwrite whether the user allows replacing it
   * @throws io.github.trawl.TrawlException if something is there that may not be replaced
   */
  static boolean replaces(FileSystem fileSystem, Path output, boolean overwrite)
      throws IOException {
    String where = Problems.show(output);
    if (!fileSystem.exists(output)) {
      return false;
    }
    if (!overwrite && UnfinishedOutput.isUnfinished(fileSystem, output)) {
      throw Problems.usage(
          where,
          "is unfinished: another run is publishing it, or was killed while it did; wait for that"
              + " run, choose another output, or replace it by --overwrite");
    }
    if (!overwrite) {
      throw Problems.usage(where, "exists already; choose another output or give --overwrite");
    }
    boolean model =
        fileSystem.getFileStatus(output).isDirectory()
            && (fileSystem.exists(new Path(output, Checkpoint.CONFIG))
                || fileSystem.exists(new Path(output, CheckpointWriter.MANIFEST))
                || fileSystem.exists(new Path(output, UnfinishedOutput.MARKER))
                || fileSystem.listStatus(output).length == 0);
    if (!model) {
      throw Problems.usage(
          where, "is no model directory, so it is not overwritten; choose another output");
    }
    return true;
  }

  /**
   * Returns a text by which two states of {@code directory} can be compared: the names of the files
   * directly in it, except the marker of an unfinished output, with their lengths and modification
   * times. What lies in directories below it does not count.
   *
   * @return empty if there are no such files
   */
  static Optional<String> state(FileSystem fileSystem, Path directory) throws IOException {
    if (!fileSystem.exists(directory)) {
      return Optional.empty();
    }
    FileStatus[] entries;
    try {
      entries = fileSystem.listStatus(directory);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    return Optional.of(
            Arrays.stream(entries)
                .filter(FileStatus::isFile)
                .filter(status -> !status.getPath().getName().equals(UnfinishedOutput.MARKER))
                .map(
                    status ->
                        status.getPath().getName()
                            + " "
                            + status.getLen()
                            + " "
                            + status.getModificationTime())
                .sorted()
                .collect(Collectors.joining("\n")))
        .filter(state -> !state.isEmpty());
  }

  /** Returns the error that {@code output} has changed since this run began. */
  static TrawlException changed(Path output) {
    return Problems.usage(
        Problems.show(output),
        "was changed by another run while this one was working, and is left as it is; choose another"
            + " output, or run again");
  }
}
