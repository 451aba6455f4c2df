package io.github.trawl.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ShutdownCleanupTest {
  @TempDir private Path folder;

  /** SIGTERM: only the shutdown hook can clean up, for the process never closes its writer. */
  @Test
  @Timeout(60)
  void aSignalRemovesTheStagingDirectory() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Staging.class.getName(),
                folder.resolve("output").toUri().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream said = process.getInputStream()) {
      assertThat(new String(said.readNBytes(6), UTF_8)).isEqualTo("staged");
      assertThat(files()).hasSize(1);
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
      assertThat(files()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** A program that stages and then waits for ever. */
  static final class Staging {
    private Staging() {}

    public static void main(String[] arguments) throws InterruptedException {
      CheckpointWriter.create(
          new org.apache.hadoop.fs.Path(arguments[0]), false, null, new Configuration());
      System.out.print("staged");
      System.out.flush();
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
