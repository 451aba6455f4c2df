package io.github.trawl.denoise;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Files of this machine. */
record LocalStore(java.nio.file.Path directory, Configuration hadoop) implements Store {
  LocalStore(java.nio.file.Path directory) {
    this(directory, new Configuration());
  }

  @Override
  public Path root() {
    return new Path(directory.toUri());
  }

  @Override
  public void close() {}
}
