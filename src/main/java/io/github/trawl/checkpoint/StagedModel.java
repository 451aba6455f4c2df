package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checks a model that was written but not published yet. */
final class StagedModel {
  private final Path directory;
  private final Configuration hadoop;

  StagedModel(Path directory, Configuration hadoop) {
    this.directory = directory;
    this.hadoop = hadoop;
  }

  /**
   * Reopens the model and compares it with what was read and written: all headers are valid, the
   * tensors are those of the input with their dtypes, shapes and shards, and all written files have
   * their lengths.
   *
   * @param input the model from which it was made; if null, tensors and shards are not compared
   * @throws TrawlException if they differ
   */
  void checkStructure(Checkpoint input, Collection<WrittenFile> written) {
    Checkpoint staged = reopen();
    if (input != null) {
      List<String> expected = input.shards().stream().map(ShardFile::name).toList();
      List<String> found = staged.shards().stream().map(ShardFile::name).toList();
      if (!found.equals(expected)) {
        throw broken("has the shards " + found + ", expected " + expected);
      }
      if (staged.tensors().size() != input.tensors().size()) {
        throw broken(
            "has " + staged.tensors().size() + " tensors, expected " + input.tensors().size());
      }
      for (TensorInfo tensor : input.tensors()) {
        checkTensor(tensor, staged);
      }
    }
    checkLengths(written);
  }

  /**
   * Compares the lengths of files with what was written.
   *
   * @throws TrawlException if they differ
   */
  void checkLengths(Collection<WrittenFile> written) {
    try {
      FileSystem fileSystem = Storage.open(directory, hadoop);
      ParallelRequests.forEach(written, file -> checkLength(fileSystem, file));
    } catch (IOException e) {
      throw Problems.storage(directory, "cannot look at", e);
    }
  }

  private void checkLength(FileSystem fileSystem, WrittenFile file) throws IOException {
    long length;
    try {
      length = fileSystem.getFileStatus(Storage.child(directory, file.name())).getLen();
    } catch (FileNotFoundException e) {
      throw broken("lacks " + file.name());
    }
    if (length != file.bytes()) {
      throw broken(
          "has " + length + " bytes in " + file.name() + ", " + file.bytes() + " were written");
    }
  }

  private void checkTensor(TensorInfo expected, Checkpoint staged) {
    TensorInfo found = staged.contains(expected.name()) ? staged.tensor(expected.name()) : null;
    if (found == null
        || found.dtype() != expected.dtype()
        || !found.shape().equals(expected.shape())
        || !found.file().equals(expected.file())) {
      throw broken("has " + found + ", expected " + expected);
    }
  }

  private Checkpoint reopen() {
    try {
      return Checkpoint.openUnfinished(directory, hadoop);
    } catch (TrawlException e) {
      // What can't be read back is a failed write, not a bad input.
      throw new TrawlException(
          ErrorCategory.SYSTEM, "the written model can't be read back: " + e.getMessage(), e);
    }
  }

  private TrawlException broken(String what) {
    return new TrawlException(
        ErrorCategory.SYSTEM,
        Problems.show(directory)
            + ": the written model "
            + what
            + "; check the storage and run again");
  }
}
