package io.github.trawl.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of jobs/bench. */
@Command(
    name = "bench",
    description = "Measures Trawl beside its peers on the same tensors and prints the ratios.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class BenchOptions {
  @Option(
      names = "--quick",
      description = "Smaller problems and fewer repetitions; all takes about 20 minutes.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Only these comparisons (default: all): ${COMPLETION-CANDIDATES}.",
      completionCandidates = Comparisons.Names.class)
  private List<String> only = List.of();

  @Option(
      names = "--model",
      paramLabel = "DIRECTORY",
      description =
          "A checkpoint: grid and resident use the FC matrices of its last layer, prefix and candidates evaluate it.")
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "BIG-bench's QA-WikiData, which candidates asks in place of world facts.")
  private Path data;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of Trawl and of every peer (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description =
          "Python with the packages of requirements.txt; without it the Python peers are left out.")
  private Path python;

  @Option(
      names = "--output",
      paramLabel = "DIRECTORY",
      description = "Directory for tables and charts (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("target/bench");

  boolean quick() {
    return quick;
  }

  List<String> only() {
    return only;
  }

  Optional<Path> model() {
    return Optional.ofNullable(model);
  }

  Optional<Path> data() {
    return Optional.ofNullable(data);
  }

  int threads() {
    return threads;
  }

  Optional<Path> python() {
    return Optional.ofNullable(python);
  }

  Path output() {
    return output;
  }
}
