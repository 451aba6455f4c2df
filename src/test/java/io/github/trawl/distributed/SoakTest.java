package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.DistributableMethod;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.SolveContext;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.KryoSettings;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.TensorSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many solves of all methods in one process end with the memory of the first ten.
 *
 * <p>They run in a process of their own whose heap is resident from the start. What classes and
 * compiled code take grows for long; it is left out.
 */
@Tag("slow")
class SoakTest {
  private static final int SOLVES = 300;
  private static final int FIRST = 10;
  private static final int STEP = 20;

  /** The tensor of a solve takes 4 MiB: a loss of one in ten solves shows. */
  private static final int DEPTH = 3;

  private static final int ROWS = 400;
  private static final int COLUMNS = 900;
  private static final long MEMORY = 1L << 27;

  /** For what native allocators and idle scratch memory keep, beside the virtual machine. */
  private static final long MARGIN_MEBIBYTES = 64;

  private static final Path STATUS = Path.of("/proc/self/status");

  @Test
  @DisplayName("300 solves of mixed methods take no more memory than ten")
  void memoryStays() throws IOException, InterruptedException {
    assumeThat(STATUS).as("Linux reports what a process holds").exists();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xms512m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch",
            "-cp",
            System.getProperty("java.class.path"),
            Soak.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    String curve =
        output.lines().filter(line -> line.startsWith("solves ")).collect(Collectors.joining("\n"));
    List<Long> others =
        curve
            .lines()
            .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
            .toList();
    assertThat(others).hasSize(1 + SOLVES / STEP);
    assertThat(others.get(others.size() - 1) - others.get(0))
        .as("MiB over the first ten solves:\n%s", curve)
        .isLessThan(MARGIN_MEBIBYTES);
  }

  /** What the other process does. */
  static final class Soak {
    private Soak() {}

    public static void main(String[] arguments) throws IOException {
      TensorSource source = new SyntheticSource(DEPTH, ROWS, COLUMNS, 0.5f);
      TensorSource matrix = new SyntheticSource(1, ROWS, COLUMNS, 0.5f);
      OffHeapMemory memory = ExecutorMemory.limitedTo(MEMORY);
      try (JavaSparkContext spark = spark()) {
        for (int solve = 1; solve <= SOLVES; solve++) {
          List<DecompositionMethod> methods = DecompositionMethods.ALL;
          int turn = solve % (methods.size() + 1);
          if (turn < methods.size()) {
            DecompositionMethod method = methods.get(turn);
            solveHere(method, method.splitsStacks() ? matrix : source, solve);
          } else {
            solveSpread(spark, source, solve);
          }
          if (memory.allocatedBytes() != 0
              || ExecutorMemory.gate(MEMORY).admittedBytes() != 0
              || memory.peakBytes() > MEMORY) {
            throw new IllegalStateException(
                "solve %d leaves %d bytes".formatted(solve, memory.allocatedBytes()));
          }
          if (solve == FIRST || solve % STEP == 0) {
            long resident = residentKibibytes() >> 10;
            long machine = virtualMachineBytes() >> 20;
            System.out.printf(
                "solves %d: MiB resident %d, of the virtual machine %d, others %d%n",
                solve, resident, machine, resident - machine);
          }
        }
      }
    }

    private static void solveHere(DecompositionMethod method, TensorSource source, long seed) {
      DecompositionOptions options = options(method, seed);
      TensorShape shape = new TensorShape(source.depth(), source.rows(), source.columns());
      long least = method.leastBytes(shape, source.format(), options);
      OffHeapMemory memory = ExecutorMemory.limitedTo(MEMORY);
      List<Decomposition> solved =
          ExecutorMemory.gate(MEMORY)
              .run(
                  least,
                  () -> {
                    try (PanelPool pool = new PanelPool(2);
                        TensorBlock block =
                            source.load(0, ROWS, method.residentFormat(source.format()), memory)) {
                      return method.solve(block, options, context(pool, memory));
                    }
                  });
      requireFit(solved);
    }

    private static void solveSpread(JavaSparkContext spark, TensorSource source, long seed) {
      DistributableMethod method = (DistributableMethod) DecompositionMethods.CP;
      try (PanelPool pool = new PanelPool(1)) {
        SolveContext context = context(pool, ExecutorMemory.limitedTo(MEMORY));
        requireFit(
            new DistributedSolver(spark, 1 << 20, MEMORY)
                .solve(
                    "soak",
                    new SourceSupply(source),
                    passes -> method.solve(passes, options(method, seed), context)));
      }
    }

    private static DecompositionOptions options(DecompositionMethod method, long seed) {
      return DecompositionOptions.of(method, 24, seed, 8, 0);
    }

    private static SolveContext context(PanelPool pool, OffHeapMemory memory) {
      return new SolveContext(BlasProvider.blas(), memory, pool, CpAls.Listener.NONE);
    }

    private static void requireFit(List<Decomposition> solved) {
      if (!(solved.get(0).fit() > 0)) {
        throw new IllegalStateException("fit " + solved.get(0).fit());
      }
    }

    private static long residentKibibytes() throws IOException {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }

    /** Heap, classes and compiled code. */
    private static long virtualMachineBytes() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .mapToLong(pool -> pool.getUsage().getCommitted())
          .sum();
    }

    private static JavaSparkContext spark() {
      return new JavaSparkContext(
          KryoSettings.apply(
              new SparkConf()
                  .setMaster("local[2]")
                  .setAppName("soak")
                  .set("spark.ui.enabled", "false")
                  .set("spark.driver.host", "127.0.0.1")
                  .set("spark.kryo.registrationRequired", "true")));
    }
  }
}
