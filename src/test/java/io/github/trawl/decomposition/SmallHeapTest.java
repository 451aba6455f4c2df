package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Native routines work in a process whose memory is many times its heap. */
class SmallHeapTest {
  private static final int HEAP_MEBIBYTES = 64;

  /** More than four heaps, at which JavaCPP's own limit lies. */
  private static final int HELD_MEBIBYTES = 5 * HEAP_MEBIBYTES;

  @Test
  @DisplayName("an SVD is solved beside more off-heap memory than four times the heap")
  void solves() throws Exception {
    assertThat(run(List.of())).isEqualTo("solved");
  }

  @Test
  @DisplayName("a limit that the user sets holds")
  void keepsTheUsersLimit() throws Exception {
    assertThat(run(List.of("-Dorg.bytedeco.javacpp.maxPhysicalBytes=100m")))
        .contains("OutOfMemoryError", "Physical memory usage");
  }

  private static String run(List<String> settings) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-Xmx" + HEAP_MEBIBYTES + "m",
            "-XX:+UseSerialGC",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(settings);
    command.add(Solve.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output
        .lines()
        .filter(line -> line.startsWith("solved") || line.contains("Error"))
        .reduce("", String::concat);
  }

  /** What the other process does. */
  static final class Solve {
    private Solve() {}

    public static void main(String[] arguments) {
      try (OffHeapMemory memory = OffHeapMemory.limitedTo((HELD_MEBIBYTES + 64L) << 20);
          FloatMatrix held = memory.floats(HELD_MEBIBYTES, 1 << 18);
          FloatMatrix matrix = memory.floats(60, 90);
          PanelPool pool = new PanelPool(1)) {
        for (int i = 0; i < 60; i++) {
          matrix.set(i, i, i + 1);
        }
        double error =
            new TruncatedSvd(BlasProvider.blas(), memory, pool)
                .decompose(matrix, 60)
                .relativeError();
        System.out.println(error < 1e-3 && held.get(0, 0) == 0 ? "solved" : "Error " + error);
      }
    }
  }
}
