package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.Numerics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler that does not learn that a run has ended starts it again. */
@Tag("slow")
class RepeatedCommandTest {
  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void endsWithoutBeingToldAndFindsItsOutputDone() throws IOException, InterruptedException {
    Path model = SmallGpt2.write(folder.resolve("model"), 16);
    Path log = folder.resolve("log");
    Process first = CommandProcess.start(log, denoise(model, "2"));
    assertThat(first.waitFor(240, TimeUnit.SECONDS))
        .as("no thread of ours keeps the process alive")
        .isTrue();
    assertThat(first.exitValue()).as(Files.readString(log)).isZero();
    Path manifest = folder.resolve("output/trawl.json");
    byte[] written = Files.readAllBytes(manifest);

    CommandRun second = CommandRun.of(denoise(model, "2"));
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.out()).hasLineCount(1).contains("output is there already");
    assertThat(manifest).hasBinaryContent(written);

    String numerics = "\"numerics\" : " + Numerics.VERSION;
    assertThat(Files.readString(manifest)).contains(numerics);
    Files.writeString(manifest, Files.readString(manifest).replace(numerics, "\"numerics\" : 0"));
    assertThat(CommandRun.of(denoise(model, "2")).err())
        .as("an output of other arithmetic")
        .contains("exists already");
    Files.write(manifest, written);

    CommandRun other = CommandRun.of(denoise(model, "3"));
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("exists already", "--overwrite");

    Path shard = model.resolve("model.safetensors");
    byte[] weights = Files.readAllBytes(shard);
    weights[weights.length - 1]++;
    Files.write(shard, weights);
    assertThat(CommandRun.of(denoise(model, "2")).err())
        .as("another model of the same size")
        .contains("exists already");
  }

  private String[] denoise(Path model, String rank) {
    String output = folder.resolve("output").toString();
    return new String[] {
      "denoise", "--model", model.toString(), "--output", output, "--rank", rank
    };
  }
}
