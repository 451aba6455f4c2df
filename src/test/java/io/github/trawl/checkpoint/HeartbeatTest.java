package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatTest {
  private static final Configuration HADOOP = new Configuration();
  @TempDir private Path folder;

  /** A solve may take days in which its run writes nothing else. */
  @Test
  @Timeout(60)
  void theFilesOfALiveRunStay() throws IOException, InterruptedException {
    Path staging = Files.createDirectory(folder.resolve(".m.trawl-staging-" + UUID.randomUUID()));
    Instant old = Instant.now().minus(Duration.ofDays(3));
    Files.setLastModifiedTime(staging, FileTime.from(old));
    Instant before = Instant.now().minus(Duration.ofDays(2));
    AbandonedFiles files = new AbandonedFiles(path(folder), HADOOP);
    assertThat(files.find(path(folder), before))
        .singleElement()
        .satisfies(found -> assertThat(found.keepReason()).isEmpty());

    Path sign = staging.resolve(".trawl-run");
    FileSystem fileSystem = Storage.open(path(folder), HADOOP);
    Heartbeat alive = Heartbeat.of(fileSystem, path(sign), 20);
    try {
      while (!Files.exists(sign)) {
        Thread.sleep(10);
      }
      Files.setLastModifiedTime(sign, FileTime.from(old));
      while (Files.getLastModifiedTime(sign).toInstant().isBefore(before)) {
        Thread.sleep(10);
      }
      assertThat(files.find(path(folder), before))
          .singleElement()
          .satisfies(found -> assertThat(found.keepReason()).isPresent());
    } finally {
      alive.close();
    }
    Files.delete(sign);
    Files.delete(staging);
    Thread.sleep(100);
    assertThat(staging).doesNotExist();
  }

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toString());
  }
}
