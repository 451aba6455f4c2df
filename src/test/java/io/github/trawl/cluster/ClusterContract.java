package io.github.trawl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.cli.Main;
import io.github.trawl.evaluation.SmallModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a run on any cluster must give: what a run in one process gives, to the bit. */
final class ClusterContract {
  private final Cluster cluster;
  private final Path folder;
  private final Path model;
  private final Path task;

  /** Large enough that a share of it can choose among points. */
  private final Path largerTask;

  ClusterContract(Cluster cluster, Path folder) throws IOException {
    this.cluster = cluster;
    this.folder = folder;
    this.model = SmallModels.write("gpt2", folder.resolve("model"));
    this.task = SmallModels.task(folder.resolve("task"), 6);
    this.largerTask = SmallModels.task(folder.resolve("larger-task"), 40);
    local(denoise(folder.resolve("local")));
    local(evaluate(folder.resolve("local.json")));
    Files.writeString(
        folder.resolve("grid.yaml"),
        """
        grid:
          - {strategy: model, method: cp, rank: 2..3, seed: 1..2, max-iterations: 3}
          - {layers: each, method: svd, rank: 2}
        controls: 1
        """);
    local(sweep(folder.resolve("local-sweep")));
  }

  /** Plans, denoises and evaluates in {@code mode}; then asks for what must fail. */
  void holdsIn(String mode) throws IOException, InterruptedException {
    // Whatever the mode, as jobs/trawl does: it needs no cluster.
    succeed("client", "plan", "--model", model.toString(), "--rank", "2");

    Path output = folder.resolve("denoised-" + mode);
    succeed(mode, denoise(output));
    succeed(mode, denoise(output)); // Its own output, found done.
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("local/model.safetensors"));

    Path results = folder.resolve("results-" + mode + ".json");
    succeed(mode, evaluate(results));
    assertThat(scores(results)).isEqualTo(scores(folder.resolve("local.json")));

    Path sweep = folder.resolve("sweep-" + mode);
    succeed(mode, sweep(sweep));
    succeed(mode, sweep(sweep)); // Finds all of it done.
    assertThat(found(sweep)).isEqualTo(found(folder.resolve("local-sweep")));
  }

  /** A run that is refused fails, and says why where the submitter sees it or in its log. */
  Cluster.Run refused(String mode) throws IOException, InterruptedException {
    return cluster.run(mode, denoise(model));
  }

  /** A sweep with stacks that are spread over executors, and such that are not. */
  String[] sweep(Path output) {
    return new String[] {
      "sweep",
      "--config",
      folder.resolve("grid.yaml").toString(),
      "--model",
      model.toString(),
      "--task",
      largerTask.toString(),
      "--output",
      output.toString(),
      "--memory.off-heap",
      "512m",
      "--distributed.threshold",
      "1k",
      "--distributed.block-size",
      "4k"
    };
  }

  /** What a sweep has found; the rest of its results says how and where. */
  JsonNode found(Path sweep) throws IOException {
    ObjectNode result =
        (ObjectNode) new ObjectMapper().readTree(sweep.resolve("result.json").toFile());
    assertThat(result.get("points").size()).isEqualTo(result.get("planned").asInt());
    return result.remove(List.of("name", "costs", "versions"));
  }

  String[] denoise(Path output) {
    return new String[] {
      "denoise",
      "--model",
      model.toString(),
      "--output",
      output.toString(),
      "--rank",
      "2",
      "--matrices",
      "fc",
      "--memory.off-heap",
      "256m",
      "--strategy",
      "model",
      "--distributed.threshold",
      "1k",
      "--distributed.block-size",
      "4k",
      "--max-iterations",
      "3"
    };
  }

  /** A sweep that is long enough to be killed in its middle. */
  String[] longSweep(Path output) throws IOException {
    Path grid =
        Files.writeString(
            folder.resolve("long-grid.yaml"),
            "task: %s\nscreen: none\ngrid:\n  - {layers: each, rank: 1..4, seed: 1..8}\n"
                .formatted(largerTask));
    return new String[] {
      "sweep",
      "--config",
      grid.toString(),
      "--model",
      model.toString(),
      "--output",
      output.toString(),
      "--memory.off-heap",
      "512m",
      "--summary",
      output + ".json"
    };
  }

  /**
   * Kills a process of a run of {@code denoise} that is at work, and waits for the end of the run.
   *
   * @param type a part of the process's command line
   */
  Cluster.Run killWhileDenoising(String mode, Path output, String type)
      throws IOException, InterruptedException {
    return killWhileRunning(mode, output, denoise(output), type, () -> isAtWork(output));
  }

  /** Does the same with a sweep once a unit of it is finished. */
  Cluster.Run killWhileSweeping(String mode, Path output, String type)
      throws IOException, InterruptedException {
    return killWhileRunning(mode, output, longSweep(output), type, () -> hasSwept(output));
  }

  @FunctionalInterface
  private interface Check {
    boolean holds() throws IOException;
  }

  private Cluster.Run killWhileRunning(
      String mode, Path output, String[] command, String type, Check atWork)
      throws IOException, InterruptedException {
    Path log = folder.resolve(output.getFileName() + ".log");
    Process submission = cluster.start(mode, log, command);
    try {
      Optional<ProcessHandle> victim = Optional.empty();
      while (victim.isEmpty() || !atWork.holds()) {
        assertThat(submission.isAlive()).as(Files.readString(log)).isTrue();
        Thread.sleep(20);
        victim = process(type);
      }
      victim.get().destroyForcibly();
      assertThat(submission.waitFor(600, TimeUnit.SECONDS)).isTrue();
      return new Cluster.Run(submission.exitValue(), Files.readString(log));
    } finally {
      submission.destroyForcibly();
    }
  }

  /** Its hidden directory beside the output is there. */
  private boolean isAtWork(Path output) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(
          file -> file.getFileName().toString().startsWith("." + output.getFileName() + "."));
    }
  }

  /** Whether a unit of the sweep is finished. */
  static boolean hasSwept(Path output) throws IOException {
    Path units = output.resolve("units");
    if (!Files.exists(units)) {
      return false;
    }
    try (Stream<Path> files = Files.list(units)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("[0-9a-f]{64}\\.json"));
    }
  }

  /** A Java process below this one. */
  private static Optional<ProcessHandle> process(String type) {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process -> process.info().command().filter(java -> java.endsWith("java")).isPresent())
        .filter(process -> commandLine(process).contains(type))
        .findFirst();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", process.pid() + "", "cmdline"));
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  private String[] evaluate(Path results) {
    return new String[] {
      "evaluate",
      "--model",
      model.toString(),
      "--task",
      task.toString(),
      "--output",
      results.toString(),
      "--memory.off-heap",
      "512m"
    };
  }

  private void succeed(String mode, String... command) throws IOException, InterruptedException {
    Cluster.Run run = cluster.run(mode, command);
    if (run.exitCode() != 0) {
      throw new AssertionError(
          String.join(" ", command) + " in " + mode + " mode:\n" + run.log() + cluster.tails());
    }
  }

  private static JsonNode scores(Path results) throws IOException {
    return new ObjectMapper().readTree(results.toFile()).path("results");
  }

  static void local(String... command) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertThat(Main.run(command, stream, stream)).as(err.toString(StandardCharsets.UTF_8)).isZero();
  }
}
