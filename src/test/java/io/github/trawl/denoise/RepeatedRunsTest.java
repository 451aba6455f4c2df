package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.Progress;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.KryoSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fifty runs in one process take no more of the machine than ten. */
@Tag("slow")
class RepeatedRunsTest {
  private static final long MEMORY = 1L << 27;
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /**
   * Bytes of the stack of a run. Losing one in each of the forty measured runs exceeds the limit
   * twice.
   */
  private static final long STACK_BYTES = 4L * 4 * 200 * 800;

  /** The Java heap lies below, so that 32 bits can point to any of its objects. */
  private static final long HEAP_END = 1L << 35;

  private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ ");

  private static final List<DecompositionMethod> METHODS = DecompositionMethods.ALL;

  @TempDir private Path directory;

  /** What the process holds besides its Java heap. */
  private record Held(long residentBytes, long descriptors) {}

  @Test
  void neitherMemoryNorFilesGrow() throws IOException {
    assumeThat(MAPPINGS).as("Linux reports what a process holds").exists();
    TinyModel.write(directory.resolve("model"), DType.F32, 200);
    try (JavaSparkContext spark = spark()) {
      for (int run = 0; run < 10; run++) {
        denoise(spark, run);
      }
      Held before = held();
      for (int run = 10; run < 50; run++) {
        denoise(spark, run);
        assertThat(ExecutorMemory.limitedTo(MEMORY).allocatedBytes()).isZero();
      }
      Held after = held();
      assertThat(after.residentBytes() - before.residentBytes()).isLessThan(20 * STACK_BYTES);
      assertThat(after.descriptors() - before.descriptors()).isLessThan(20);
    }
  }

  /** Alternates between the methods, and between solving in one task and over row blocks. */
  private void denoise(JavaSparkContext spark, int run) {
    DecompositionMethod method = METHODS.get(run % METHODS.size());
    new DenoiseJob(spark, Progress.NONE)
        .run(
            new DenoiseRequest(
                new org.apache.hadoop.fs.Path(directory.resolve("model").toUri()),
                new org.apache.hadoop.fs.Path(directory.resolve("output").toUri()),
                true,
                Optional.empty(),
                new StackSelection(Strategy.MODEL, "fc", "all"),
                DecompositionOptions.of(method, 3, run, 2, 0),
                new SolveLimits(MEMORY, run % 2 == 0 ? 1 : Long.MAX_VALUE, 400_000),
                OptionalInt.empty(),
                true,
                new ObjectMapper().createObjectNode()));
  }

  private static Held held() throws IOException {
    long kilobytes = 0;
    boolean heap = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      if (MAPPING.matcher(line).lookingAt()) {
        heap = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16) < HEAP_END;
      } else if (line.startsWith("Rss:") && !heap) {
        kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      return new Held(kilobytes << 10, descriptors.count());
    }
  }

  private static JavaSparkContext spark() {
    return new JavaSparkContext(
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("repeated runs")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", KryoSettings.registrators()));
  }
}
