package io.github.trawl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The heap of a driver that denoises a checkpoint of 3 GB, compared with its limit. */
final class DriverHeapComparison implements Comparison {
  private static final long LIMIT = 512L << 20;
  private static final int LAYERS = 28;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    int layers = setting.quick() ? LAYERS / 4 : LAYERS;
    Path directory = setting.directory("driver-heap");
    Path model = directory.resolve("llama");
    Path output = directory.resolve("output");
    long bytes = SyntheticLlama.write(model, LlamaShape.SMALL, layers);
    List<Row> rows = new ArrayList<>();
    for (String master : List.of("local[2]", TwoExecutors.MASTER)) {
      for (String strategy : List.of("layer", "model")) {
        Measured measured =
            setting
                .processes()
                .java(
                    "512m",
                    DenoiseProcess.class,
                    List.of(master, strategy, model.toString(), output.toString()));
        rows.add(
            Row.mebibytes(
                    "driver-heap",
                    "heap of the driver, FC of %.1f GB by %s on %s"
                        .formatted(bytes / 1e9, strategy, master),
                    "its limit, -Xmx512m",
                    measured.peakBytes(),
                    LIMIT)
                .atLeast(1)
                .note(
                    "in use after a collection; run of %.0f s"
                        .formatted(measured.seconds().median())));
      }
    }
    delete(directory);
    return rows;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
