package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own that ends while it decomposes. */
@Tag("slow")
class TerminationTest {
  @TempDir private Path folder;

  private Path output() {
    return folder.resolve("output");
  }

  @Test // It gets SIGTERM.
  @Timeout(300)
  void leavesNothingBehind() throws IOException, InterruptedException {
    Path model = SmallGpt2.write(folder.resolve("model"), 256);

    assertThat(endWhileItDecomposes(model, Process::destroy)).isEqualTo(143);

    assertThat(Files.readAllLines(folder.resolve("log")))
        .filteredOn(line -> line.startsWith("trawl: "))
        .containsExactly("trawl: interrupted; nothing was written");
    assertThat(staging()).isEmpty();
    assertThat(output()).doesNotExist();
  }

  @Test // The driver is killed, and the next run does the work again.
  @Timeout(300)
  void showsNothingOfAKilledRunAndRunsAgain() throws IOException, InterruptedException {
    Path model = SmallGpt2.write(folder.resolve("model"), 256);

    assertThat(endWhileItDecomposes(model, Process::destroyForcibly)).isEqualTo(137);

    assertThat(output()).doesNotExist();
    Path log = folder.resolve("second.log");
    Process second = start(model, log, "--rank", "2", "--max-iterations", "2");
    assertThat(second.waitFor(200, TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).as(Files.readString(log)).isZero();
    assertThat(staging())
        .as("left to the user, who is warned")
        .singleElement()
        .satisfies(
            left ->
                assertThat(
                        CommandProcess.logged(
                            log, left.getFileName() + " is what another run to this output"))
                    .isTrue());
    assertThat(output()).isDirectoryContaining("glob:**/trawl.json");
  }

  /** The exit code of a run that would take days. */
  private int endWhileItDecomposes(Path model, Consumer<Process> end)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process process =
        start(model, log, "--rank", "128", "--tolerance", "0", "--max-iterations", "10000000");
    try {
      while (process.isAlive() && !CommandProcess.logged(log, "Running task 0.0")) {
        Thread.sleep(100);
      }
      assertThat(staging()).as(Files.readString(log)).hasSize(1);
      end.accept(process);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }

  private Process start(Path model, Path log, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("denoise"));
    command.addAll(List.of(options));
    command.addAll(List.of("--model", model.toString(), "--output", output().toString()));
    return CommandProcess.start(log, command.toArray(String[]::new));
  }

  private List<Path> staging() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().contains("staging")).toList();
    }
  }
}
