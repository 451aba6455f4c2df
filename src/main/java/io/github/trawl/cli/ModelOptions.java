package io.github.trawl.cli;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/** The options that name the input checkpoint and its architecture. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "URI",
      description = "Directory of the checkpoint: a path, or hdfs://, s3a:// and so on.")
  private String model;

  @Option(
      names = "--architecture",
      paramLabel = "FILE",
      description = "JSON file that describes a model family that is not built in.")
  private String architecture;

  boolean isGiven() {
    return model != null;
  }

  Path path() {
    return Required.path("--model", model);
  }

  Optional<Path> architectureFile() {
    return Optional.ofNullable(architecture).map(file -> Required.path("--architecture", file));
  }

  Architecture architecture(Checkpoint checkpoint, Configuration hadoop) {
    return Architecture.of(checkpoint, architectureFile(), hadoop);
  }
}
