package io.github.trawl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Spark standalone with two workers. */
@Tag("slow")
class StandaloneClusterTest {
  @TempDir private static Path folder;
  private static Cluster cluster;
  private static ClusterContract contract;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cluster = new StandaloneCluster(folder);
    contract = new ClusterContract(cluster, folder);
  }

  @AfterAll
  static void stop() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void clientMode() throws IOException, InterruptedException {
    contract.holdsIn("client");
  }

  @Test
  void clusterMode() throws IOException, InterruptedException {
    contract.holdsIn("cluster");
  }

  @Test
  @Timeout(600)
  void anExecutorThatIsKilledCostsTimeAlone() throws IOException, InterruptedException {
    Path output = folder.resolve("executor-killed");
    Cluster.Run run = killWhileRunning("client", output, "CoarseGrainedExecutorBackend");
    assertThat(run.exitCode()).as(run.log()).isZero();
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("local/model.safetensors"));
  }

  /** Nobody starts a standalone driver again; nothing of its output may be there. */
  @Test
  @Timeout(600)
  void aDriverThatIsKilledLeavesNoOutput() throws IOException, InterruptedException {
    Path output = folder.resolve("driver-killed");
    Cluster.Run run = killWhileRunning("cluster", output, "deploy.worker.DriverWrapper");
    // Spark's submitter ends with 0 all the same; jobs/trawl reads what it prints.
    assertThat(run.log()).contains("is FAILED");
    assertThat(output).doesNotExist();
    assertThat(cluster.run("client", contract.denoise(output)).exitCode()).isZero();
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("local/model.safetensors"));
  }

  /** Kills a process of a run that is at work, and waits for the end of the run. */
  private static Cluster.Run killWhileRunning(String mode, Path output, String type)
      throws IOException, InterruptedException {
    Path log = folder.resolve(output.getFileName() + ".log");
    Process submission = cluster.start(mode, log, contract.denoise(output));
    try {
      Optional<ProcessHandle> victim = Optional.empty();
      while (victim.isEmpty() || !isAtWork(output)) {
        assertThat(submission.isAlive()).as(Files.readString(log)).isTrue();
        Thread.sleep(20);
        victim = process(type);
      }
      victim.get().destroyForcibly();
      assertThat(submission.waitFor(300, TimeUnit.SECONDS)).isTrue();
      return new Cluster.Run(submission.exitValue(), Files.readString(log));
    } finally {
      submission.destroyForcibly();
    }
  }

  /** Its hidden directory beside the output is there. */
  private static boolean isAtWork(Path output) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(
          file -> file.getFileName().toString().startsWith("." + output.getFileName() + "."));
    }
  }

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

  @Test
  void aRefusalIsALine() throws IOException, InterruptedException {
    Cluster.Run client = contract.refused("client");
    assertThat(client.exitCode()).isEqualTo(2);
    assertThat(client.log()).contains("trawl: ", "is the input");
    contract.refused("cluster");
    assertThat(cluster.tails()).contains("trawl: ", "is the input");
  }
}
