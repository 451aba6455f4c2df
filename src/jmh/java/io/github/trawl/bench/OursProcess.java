package io.github.trawl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.decomposition.TruncatedSvd;
import io.github.trawl.decomposition.TuckerHooi;
import io.github.trawl.decomposition.TuckerOptions;
import io.github.trawl.decomposition.TuckerRanks;
import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Our side of a comparison, the counterpart of {@code peers.py}: the same arguments and answer. */
final class OursProcess implements Runnable {
  private static final long MEMORY = 16L << 30;

  /** After this time the just-in-time compiler has compiled all that an iteration runs. */
  private static final long WARM_UP_NANOSECONDS = 3_000_000_000L;

  private static final int WARM_UP_ITERATIONS = 10;

  @Parameters(index = "0", description = "cp, cp-grid, tucker or svd")
  private String what;

  @Option(names = "--tensor", required = true)
  private Path file;

  @Option(names = "--shape", required = true)
  private String shape;

  @Option(names = "--rank")
  private int rank;

  @Option(names = "--repetitions")
  private int repetitions = 1;

  @Option(names = "--threads", required = true)
  private int threads;

  private final Blas blas = BlasProvider.blas();
  private final List<Double> seconds = new ArrayList<>();

  private OursProcess() {}

  /** Measures, and prints one line of JSON. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new OursProcess())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  failure.printStackTrace();
                  return 1;
                })
            .execute(arguments));
  }

  @Override
  public void run() {
    TensorFile source = new TensorFile(file, shape);
    double error;
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(MEMORY);
        PanelPool pool = new PanelPool(threads);
        TensorBlock block = source.load(0, source.rows(), memory)) {
      error =
          switch (what) {
            case "cp" -> warmCp(block, memory, pool);
            case "cp-grid" ->
                cp(
                    block,
                    memory,
                    pool,
                    IntStream.rangeClosed(1, rank).mapToObj(r -> new CpMember(r, 0)).toList(),
                    repetitions);
            case "tucker" -> tucker(block, memory, pool);
            case "svd" -> svd(block, memory, pool);
            default -> throw new IllegalArgumentException("nothing is called " + what);
          };
    }
    print(error);
  }

  /** Measures iterations of a solver that is warm, as it is over the layers of a model. */
  private double warmCp(TensorBlock block, OffHeapMemory memory, PanelPool pool) {
    List<CpMember> members = List.of(new CpMember(rank, 0));
    long start = System.nanoTime();
    do {
      cp(block, memory, pool, members, WARM_UP_ITERATIONS);
    } while (System.nanoTime() - start < WARM_UP_NANOSECONDS);
    seconds.clear();
    return cp(block, memory, pool, members, repetitions);
  }

  private double cp(
      TensorBlock block,
      OffHeapMemory memory,
      PanelPool pool,
      List<CpMember> members,
      int iterations) {
    long[] mark = {System.nanoTime()};
    CpAls.Listener listener =
        (iteration, active, bestFit) -> {
          long now = System.nanoTime();
          seconds.add((now - mark[0]) / 1e9);
          mark[0] = now;
        };
    try (ResidentPasses passes = new ResidentPasses(block, blas, memory, pool)) {
      List<Decomposition> results =
          new CpAls(new CpOptions(iterations, 0), blas, memory, listener)
              .decompose(passes, members);
      return results.get(results.size() - 1).relativeError();
    }
  }

  /** Measures all iterations and the start together, as the peer reports them. */
  private double tucker(TensorBlock block, OffHeapMemory memory, PanelPool pool) {
    TuckerOptions options =
        new TuckerOptions(new TuckerRanks(block.depth(), rank, rank), repetitions, 0);
    List<FloatMatrix> slices = IntStream.range(0, block.depth()).mapToObj(block::slice).toList();
    new TuckerHooi(options, blas, memory, pool).decompose(slices);
    long start = System.nanoTime();
    Decomposition result = new TuckerHooi(options, blas, memory, pool).decompose(slices);
    seconds.add((System.nanoTime() - start) / 1e9);
    return result.relativeError();
  }

  private double svd(TensorBlock block, OffHeapMemory memory, PanelPool pool) {
    TruncatedSvd svd = new TruncatedSvd(blas, memory, pool);
    svd.decompose(block.slice(0), rank);
    Decomposition result = null;
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      result = svd.decompose(block.slice(0), rank);
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    return result.relativeError();
  }

  private void print(double error) {
    ObjectNode answer = new ObjectMapper().createObjectNode();
    ArrayNode list = answer.putArray("seconds");
    seconds.forEach(list::add);
    answer.put("error", error).put("peak_bytes", peakBytes()).put("blas", blas.name());
    System.out.println(answer);
  }

  /** The most resident memory so far, as Linux counts it. */
  private static long peakBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
      throw new IOException("/proc/self/status has no VmHWM");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
