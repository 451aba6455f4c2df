package io.github.trawl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hadoop YARN with two node managers. */
@Tag("slow")
class YarnClusterTest {
  private static final String EXECUTOR = "YarnCoarseGrainedExecutorBackend";

  @TempDir private static Path folder;
  private static Cluster cluster;
  private static ClusterContract contract;

  @BeforeAll
  static void start() throws IOException {
    cluster = new YarnCluster(folder);
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
  void aRefusalIsToldToTheSubmitter() throws IOException, InterruptedException {
    Cluster.Run run = contract.refused("cluster");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.log()).contains("trawl: ", "is the input");
  }

  @Test
  @Timeout(900)
  void aKilledApplicationMasterIsStartedAgain() throws IOException, InterruptedException {
    Path output = folder.resolve("killed");
    Path log = folder.resolve("killed.log");
    Process submission = cluster.start("cluster", log, contract.denoise(output));
    try {
      ProcessHandle master = null;
      while (master == null) {
        assertThat(submission.isAlive()).as(Files.readString(log)).isTrue();
        Thread.sleep(50);
        master = driver(output);
      }
      master.destroyForcibly();
      assertThat(submission.waitFor(600, TimeUnit.SECONDS)).isTrue();
      assertThat(submission.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      submission.destroyForcibly();
    }
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("local/model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "cluster"})
  @Timeout(900)
  void anExecutorThatIsKilledCostsTimeAlone(String mode) throws IOException, InterruptedException {
    Path output = folder.resolve("executor-killed-" + mode);
    Cluster.Run run = contract.killWhileDenoising(mode, output, EXECUTOR);
    assertThat(run.exitCode()).as(run.log()).isZero();
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("local/model.safetensors"));
  }

  @Test
  @Timeout(900)
  void aSweepOutlivesItsExecutor() throws IOException, InterruptedException {
    Path whole = folder.resolve("undisturbed-sweep");
    ClusterContract.local(contract.longSweep(whole));
    Path output = folder.resolve("executor-killed-sweep");
    Cluster.Run run = contract.killWhileSweeping("cluster", output, EXECUTOR);
    assertThat(run.exitCode()).as(run.log() + cluster.tails()).isZero();
    assertThat(result(output)).isEqualTo(result(whole));
  }

  /** The second attempt takes the ledger over and ends with the numbers of an undisturbed run. */
  @Test
  @Timeout(900)
  void aKilledDriverResumesItsSweep() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole-sweep");
    ClusterContract.local(contract.longSweep(whole));
    Path output = folder.resolve("killed-sweep");
    Path log = folder.resolve("killed-sweep.log");
    Process submission = cluster.start("cluster", log, contract.longSweep(output));
    try {
      while (!ClusterContract.hasSwept(output)) {
        assertThat(submission.isAlive()).as(Files.readString(log)).isTrue();
        Thread.sleep(20);
      }
      driver(output).destroyForcibly();
      assertThat(submission.waitFor(600, TimeUnit.SECONDS)).isTrue();
      assertThat(submission.exitValue()).as(Files.readString(log) + cluster.tails()).isZero();
    } finally {
      submission.destroyForcibly();
    }
    assertThat(result(output)).isEqualTo(result(whole));
    // The claim of the second process is the one that is left.
    assertThat(output.resolve("holder/000002.released")).exists();
    JsonNode summary = new ObjectMapper().readTree(Path.of(output + ".json").toFile());
    assertThat(summary.get("state").asText()).isEqualTo("done");
    assertThat(summary.at("/sweep/done").asInt()).isEqualTo(64);
  }

  private static ObjectNode result(Path output) throws IOException {
    ObjectNode result =
        (ObjectNode) new ObjectMapper().readTree(output.resolve("result.json").toFile());
    result.remove(List.of("costs", "name"));
    return result;
  }

  /** The application master of the run that writes {@code output}, a descendant of this process. */
  private static ProcessHandle driver(Path output) throws IOException {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> isDriver(process, output))
        .findFirst()
        .orElse(null);
  }

  private static boolean isDriver(ProcessHandle process, Path output) {
    try {
      String command = Files.readString(Path.of("/proc", process.pid() + "", "cmdline"));
      return command.startsWith("/")
          && command.contains("yarn.ApplicationMaster")
          && command.contains(output.toString())
          && !command.contains("/bash");
    } catch (IOException e) {
      return false; // It has ended.
    }
  }
}
