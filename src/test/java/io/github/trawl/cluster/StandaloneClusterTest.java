package io.github.trawl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
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
    Cluster.Run run = contract.killWhileDenoising("client", output, "CoarseGrainedExecutorBackend");
    assertThat(run.exitCode()).as(run.log()).isZero();
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("local/model.safetensors"));
  }

  /** Nobody starts a standalone driver again; nothing of its output may be there. */
  @Test
  @Timeout(600)
  void aDriverThatIsKilledLeavesNoOutput() throws IOException, InterruptedException {
    Path output = folder.resolve("driver-killed");
    Cluster.Run run = contract.killWhileDenoising("cluster", output, "deploy.worker.DriverWrapper");
    // Spark's submitter ends with 0 all the same; jobs/trawl reads what it prints.
    assertThat(run.log()).contains("is FAILED");
    assertThat(output).doesNotExist();
    assertThat(cluster.run("client", contract.denoise(output)).exitCode()).isZero();
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("local/model.safetensors"));
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
