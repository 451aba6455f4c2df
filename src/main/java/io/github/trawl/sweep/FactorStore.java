package io.github.trawl.sweep;

import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.FilePublisher;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.solve.SolveSettings;
import org.apache.hadoop.conf.Configuration;

/** The factor files of a sweep, which appear one by one. */
final class FactorStore implements AutoCloseable {
  private static final String SUFFIX = ".arrow";

  private final SweepRequest request;
  private final FilePublisher publisher;

  private FactorStore(SweepRequest request, FilePublisher publisher) {
    this.request = request;
    this.publisher = publisher;
  }

  /**
   * Opens the store of a sweep, which the caller holds.
   *
   * @throws io.github.trawl.TrawlException if the storage fails
   */
  static FactorStore open(SweepRequest request, Configuration hadoop) {
    return new FactorStore(request, FilePublisher.create(request.output(), hadoop));
  }

  /** The name of a factor file, relative to the output. */
  static String file(String name) {
    return CheckpointWriter.FACTORS + "/" + name + SUFFIX;
  }

  /** How stacks are solved for this store; one that fails by itself does not end the run. */
  SolveSettings settings() {
    return new SolveSettings(request.limits(), request.threads(), publisher.staging(), true);
  }

  /** Makes a file appear. */
  void publish(WrittenFile file) {
    publisher.publish(file);
  }

  /** Where a file lies, with what follows its name. */
  String location(String file) {
    return publisher.staging().output() + "/" + file;
  }

  @Override
  public void close() {
    publisher.close();
  }
}
