package io.github.trawl.denoise;

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
import io.github.trawl.distributed.DistributedCpAls;
import io.github.trawl.linalg.Arithmetic;
import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/** Decomposes the tensor of one stack, in this process or over the executors. */
final class StackSolver {
  private final StackOptions options;
  private final long memoryLimit;

  StackSolver(StackOptions options, long memoryLimit) {
    this.options = options;
    this.memoryLimit = memoryLimit;
  }

  /** Reads the whole tensor into this process and solves it on {@code threads} threads. */
  Decomposition solveHere(TensorSource source, int threads) {
    Blas blas = BlasProvider.blas();
    OffHeapMemory memory = ExecutorMemory.limitedTo(memoryLimit);
    int rank = options.rankFor(source.rows(), source.columns());
    try (PanelPool pool = new PanelPool(threads);
        TensorBlock block = source.load(0, source.rows(), residentFormat(source), memory)) {
      return switch (options.method()) {
        case CP -> {
          try (ResidentPasses passes = new ResidentPasses(block, blas, memory, pool)) {
            yield new CpAls(cpOptions(), blas, memory, CpAls.Listener.NONE)
                .decompose(passes, List.of(new CpMember(rank, options.seed(), options.start())))
                .get(0);
          }
        }
        case TUCKER ->
            new TuckerHooi(
                    new TuckerOptions(
                        new TuckerRanks(block.depth(), rank, rank),
                        options.maxIterations(),
                        options.tolerance()),
                    blas,
                    memory,
                    pool)
                .decompose(IntStream.range(0, block.depth()).mapToObj(block::slice).toList());
        case SVD -> new TruncatedSvd(blas, memory, pool).decompose(block.slice(0), rank);
      };
    }
  }

  /** A decomposition with what computed it. */
  record Spread(Decomposition decomposition, Set<Arithmetic> arithmetic) {}

  /** Solves by CP-ALS with the row blocks of the tensor spread over the executors. */
  Spread solveDistributed(
      JavaSparkContext spark,
      String name,
      TensorSource source,
      long blockBytes,
      CpAls.Listener listener) {
    int rank = options.rankFor(source.rows(), source.columns());
    BlasSetting.apply();
    CpAls solver =
        new CpAls(
            cpOptions(), BlasProvider.blas(), ExecutorMemory.limitedTo(memoryLimit), listener);
    DistributedCpAls spread = new DistributedCpAls(spark, solver, blockBytes, memoryLimit);
    Decomposition decomposition =
        spread
            .decompose(name, source, List.of(new CpMember(rank, options.seed(), options.start())))
            .get(0);
    return new Spread(decomposition, spread.arithmetic());
  }

  /** CP works on 16-bit values as they are stored; the other methods need float32. */
  private ValueFormat residentFormat(TensorSource source) {
    return options.method() == DecompositionMethod.CP ? source.format() : ValueFormat.FLOAT32;
  }

  private CpOptions cpOptions() {
    return new CpOptions(options.maxIterations(), options.tolerance(), options.acceleration());
  }
}
