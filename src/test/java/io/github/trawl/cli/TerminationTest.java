package io.github.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fault 75: a process of its own that is told to end while it decomposes. */
@Tag("slow")
class TerminationTest {
  @TempDir private Path folder;

  @Test
  @Timeout(120)
  void leavesNothingBehind() throws IOException, InterruptedException {
    Path model = SmallGpt2.write(folder.resolve("model"), 256);
    Path output = folder.resolve("output");
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-Dspark.master=local[2]", "-Dspark.ui.enabled=false", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(Main.class.getName(), "denoise", "--rank", "128", "--tolerance", "0"));
    command.addAll(List.of("--max-iterations", "10000000"));
    command.addAll(List.of("--model", model.toString(), "--output", output.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      while (process.isAlive() && !Files.readString(log).contains("Running task 0.0")) {
        Thread.sleep(100);
      }
      assertThat(staging()).as(Files.readString(log)).hasSize(1);
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(143);
    assertThat(staging()).as(Files.readString(log)).isEmpty();
    assertThat(output).doesNotExist();
  }

  private List<Path> staging() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().contains("staging")).toList();
    }
  }
}
