package io.github.trawl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What all comparisons of a run share. */
record Setting(BenchOptions options, Processes processes) {
  private static final String NO_PYTHON = "no Python interpreter";

  boolean quick() {
    return options.quick();
  }

  int threads() {
    return options.threads();
  }

  TensorFile random(int depth, int rows, int columns) throws IOException {
    return TensorFile.random(options.output().resolve("data"), depth, rows, columns);
  }

  /** The FC matrices of the last layer of the given model, else random ones of BERT's shape. */
  TensorFile layer() throws IOException {
    Path data = options.output().resolve("data");
    return options.model().isPresent()
        ? ModelStack.lastLayer(options.model().get()).write(data)
        : random(2, 768, 3072);
  }

  /** Where the values of {@link #layer()} come from; empty for random ones. */
  String layerNote() {
    return options.model().map(model -> "weights of " + model.getFileName() + "; ").orElse("");
  }

  /** The reason why a Python peer that needs {@code bytes} can't run, or an empty text. */
  String obstacle(long bytes) throws IOException {
    if (!processes.hasPython()) {
      return NO_PYTHON;
    }
    long available = Machine.availableBytes();
    return bytes > available
        ? "needs about %d GB of memory, %d GB are free".formatted(bytes >> 30, available >> 30)
        : "";
  }

  Path directory(String name) throws IOException {
    return Files.createDirectories(options.output().resolve(name));
  }

  /** A path where nothing is, whatever an earlier run has left there. */
  Path absent(String name) throws IOException {
    Path path = options.output().resolve(name);
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return path;
  }
}
