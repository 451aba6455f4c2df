package io.github.trawl.factors;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.architecture.MatrixLayout;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Factors larger than the heap, in a process of its own. */
class SmallHeapReassemblyTest {
  private static final int ROWS = 1 << 15;
  private static final int COLUMNS = 64;
  private static final int RANK = 512;
  private static final int HEAP_MEBIBYTES = 48;

  private static final TensorInfo TENSOR =
      new TensorInfo(
          "w", DType.F32, List.of((long) ROWS, (long) COLUMNS), "f", 0, 4L * ROWS * COLUMNS);

  @TempDir private Path folder;

  @Test
  void computesValuesFromFactorsLargerThanTheHeap() throws Exception {
    assertThat(4L * RANK * ROWS).isGreaterThan((long) HEAP_MEBIBYTES << 20);
    Files.createDirectory(folder.resolve("staging"));
    String file =
        FactorFile.write(
                new Staging(
                    folder.resolve("staging").toUri().toString(),
                    folder.resolve("output").toUri().toString()),
                "attempt",
                "f.arrow",
                new FactorSet(
                    "stack",
                    List.of("slice"),
                    false,
                    List.of(new FactorMember("r", RANK, 0, 1, 1, "DIRECT")),
                    List.of(
                        new KruskalTensor(
                            ones(RANK), ones(RANK), ones(ROWS * RANK), ones(COLUMNS * RANK))),
                    Map.of("method", "test")),
                new Configuration())
            .path()
            .toString();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEBIBYTES + "m",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Reassemble.class.getName(),
                file)
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static float[] ones(int count) {
    float[] values = new float[count];
    Arrays.fill(values, 1);
    return values;
  }

  /** What the other process does. */
  static final class Reassemble {
    private Reassemble() {}

    public static void main(String[] arguments) {
      WeightSlice slice =
          new WeightSlice(0, MatrixRole.UP, TENSOR, MatrixLayout.whole(ROWS, COLUMNS));
      MatrixEdit edit = new MatrixEdit(slice, new FactorRef(arguments[0], RANK, 0), 0);
      ByteBuffer chunk = ByteBuffer.allocate(1 << 22);
      try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 27);
          Reassembly reassembly = new Reassembly(List.of(edit), memory, new Configuration())) {
        for (long done = 0; done < TENSOR.length(); done += chunk.capacity()) {
          reassembly.edits().get(TENSOR).rewrite(done, chunk.clear());
        }
        if (memory.peakBytes() < 4L * RANK * ROWS || memory.allocatedBytes() > 0) {
          throw new IllegalStateException("peak " + memory.peakBytes());
        }
      }
    }
  }
}
