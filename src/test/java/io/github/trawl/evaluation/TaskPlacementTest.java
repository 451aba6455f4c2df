package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.distributed.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskPlacementTest {
  @TempDir private Path folder;

  @Test
  void takesTheFirstGpuThatSparkGives() {
    assertThat(TaskPlacement.gpu(Map.of())).isZero();
    assertThat(TaskPlacement.gpu(resources("fpga", "5"))).isZero();
    assertThat(TaskPlacement.gpu(resources("gpu"))).isZero();
    assertThat(TaskPlacement.gpu(resources("gpu", "3", "1"))).isEqualTo(3);
  }

  @Test
  void anAddressThatIsNoNumberIsNamed() {
    assertThatThrownBy(() -> TaskPlacement.gpu(resources("gpu", "MIG-41a2")))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("'MIG-41a2'")
        .hasMessageContaining("spark.executor.resource.gpu");
  }

  /** Spark names a task's resources by what the discovery script prints. */
  @Test
  @Tag("slow")
  void findsTheGpuOfARunningTask() throws IOException {
    Path script = folder.resolve("gpus");
    Files.writeString(
        script, "#!/bin/sh%necho '{\"name\": \"gpu\", \"addresses\": [\"4\"]}'%n".formatted());
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> settings =
        Map.of(
            "spark.worker.resource.gpu.amount", "1",
            "spark.worker.resource.gpu.discoveryScript", script.toString(),
            "spark.executor.resource.gpu.amount", "1",
            "spark.task.resource.gpu.amount", "1");
    try (JavaSparkContext spark = LocalCluster.start("gpu", 1, settings)) {
      assertThat(
              spark
                  .parallelize(List.of(1), 1)
                  .map(task -> TaskPlacement.gpu(TaskContext.get().resourcesJMap()))
                  .collect())
          .containsExactly(4);
    }
  }

  private static Map<String, ResourceInformation> resources(String name, String... addresses) {
    return Map.of(name, new ResourceInformation(name, addresses));
  }
}
