package io.github.trawl.cluster;

import io.github.trawl.cli.Main;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A cluster on this machine, to which commands are submitted. */
abstract class Cluster implements Closeable {
  private static final int TIMEOUT_MINUTES = 8;

  final SparkHome spark;
  final Path folder;
  private int runs;

  /** What a submission printed. */
  record Run(int exitCode, String log) {}

  Cluster(Path folder) throws IOException {
    this.folder = folder;
    this.spark = new SparkHome(folder);
  }

  /** Spark's options for this cluster. */
  abstract List<String> options(String mode);

  /** Variables that submissions need. */
  abstract Map<String, String> environment();

  /** What drivers and executors wrote, for the message of a test that fails. */
  abstract Path logs();

  /** Submits a command and waits for its end. */
  Run run(String mode, String... command) throws IOException, InterruptedException {
    Path log = folder.resolve("submission-" + runs++);
    Process process = start(mode, log, command);
    try {
      boolean ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
      return new Run(ended ? process.exitValue() : -1, Files.readString(log));
    } finally {
      process.destroyForcibly();
    }
  }

  Process start(String mode, Path log, String... command) throws IOException {
    List<String> arguments = new ArrayList<>(options(mode));
    arguments.addAll(List.of("--deploy-mode", mode, "--executor-memory", "512m"));
    arguments.addAll(List.of("--conf", "spark.executor.memoryOverhead=1g"));
    arguments.addAll(List.of("--conf", "spark.ui.enabled=false"));
    arguments.addAll(List.of("--class", Main.class.getName(), spark.jar().toString()));
    arguments.addAll(List.of(command));
    return spark.start(log, environment(), "org.apache.spark.deploy.SparkSubmit", arguments);
  }

  /** The ends of all files below {@link #logs}. */
  String tails() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(logs())) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).toList()) {
        List<String> lines = Files.readAllLines(file);
        text.append("--- ").append(file).append('\n');
        lines
            .subList(Math.max(0, lines.size() - 40), lines.size())
            .forEach(line -> text.append(line).append('\n'));
      }
    }
    return text.toString();
  }
}
