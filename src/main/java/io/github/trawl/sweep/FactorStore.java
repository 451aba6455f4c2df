package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FilePublisher;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.solve.SolveSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The factor files of a sweep, which are published one by one. */
final class FactorStore implements AutoCloseable {
  private final SweepRequest request;
  private final FilePublisher publisher;
  private final Configuration hadoop;

  private FactorStore(SweepRequest request, FilePublisher publisher, Configuration hadoop) {
    this.request = request;
    this.publisher = publisher;
    this.hadoop = hadoop;
  }

  /**
   * Opens the store of a sweep. The caller holds the sweep's ledger.
   *
   * @throws TrawlException if the storage fails
   */
  static FactorStore open(SweepRequest request, Configuration hadoop) {
    return new FactorStore(request, FilePublisher.create(request.output(), hadoop), hadoop);
  }

  /**
   * Returns how stacks are solved for this store. A stack that fails for a reason of its own, and
   * not because of the storage or the cluster, does not end the run.
   */
  SolveSettings solveSettings() {
    return new SolveSettings(request.limits(), request.threads(), publisher.staging(), true);
  }

  /** Moves a complete factor file to its place in the output. */
  void publish(WrittenFile file) {
    publisher.publish(file);
  }

  /**
   * Returns whether a file is there and has this length.
   *
   * @param file relative to the output
   * @throws TrawlException of category {@code SYSTEM} if the storage fails
   */
  boolean holds(String file, long bytes) {
    Path path = new Path(location(file));
    try {
      return Storage.open(path, hadoop).getFileStatus(path).getLen() == bytes;
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(path) + " can't be looked at (" + Problems.oneLine(e) + "); try again",
          e);
    }
  }

  /**
   * Returns the location of a file.
   *
   * @param file relative to the output; {@code #} and the name of a decomposition may follow
   */
  String location(String file) {
    return publisher.staging().output() + "/" + file;
  }

  @Override
  public void close() {
    publisher.close();
  }
}
