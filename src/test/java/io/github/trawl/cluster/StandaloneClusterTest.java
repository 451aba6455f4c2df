package io.github.trawl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
  void aRefusalIsALine() throws IOException, InterruptedException {
    Cluster.Run client = contract.refused("client");
    assertThat(client.exitCode()).isEqualTo(2);
    assertThat(client.log()).contains("trawl: ", "is the input");
    contract.refused("cluster");
    assertThat(cluster.tails()).contains("trawl: ", "is the input");
  }
}
