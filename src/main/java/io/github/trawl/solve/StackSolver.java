package io.github.trawl.solve;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.SolveContext;
import io.github.trawl.decomposition.SpreadMethod;
import io.github.trawl.distributed.DistributedSolver;
import io.github.trawl.linalg.Arithmetic;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.TensorSource;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** Decomposes the tensor of one stack, in this process or over the executors. */
final class StackSolver {
  private final DecompositionOptions options;
  private final OffHeapMemory memory;

  /**
   * @param memoryLimit bytes of off-heap memory that a process may use
   */
  StackSolver(DecompositionOptions options, long memoryLimit) {
    this.options = options;
    this.memory = ExecutorMemory.limitedTo(memoryLimit);
  }

  /**
   * Reads the whole tensor into this process and solves it on {@code threads} threads, as soon as
   * the process has the memory for it beside its other tasks.
   */
  List<Decomposition> solveHere(TensorSource source, int threads) {
    TensorShape shape = new TensorShape(source.depth(), source.rows(), source.columns());
    long least = options.method().leastBytes(shape, source.format(), options);
    return ExecutorMemory.gate(memory.limitBytes()).run(least, () -> solve(source, threads));
  }

  private List<Decomposition> solve(TensorSource source, int threads) {
    DecompositionMethod method = options.method();
    try (PanelPool pool = new PanelPool(threads);
        TensorBlock block =
            source.load(0, source.rows(), method.residentFormat(source.format()), memory)) {
      return method.solve(block, options, context(pool, CpAls.Listener.NONE));
    }
  }

  /** Decompositions with what computed them. */
  record Spread(List<Decomposition> decompositions, Set<Arithmetic> arithmetic) {}

  /** Solves with the row blocks of the tensor spread over the executors. */
  Spread solveSpread(
      JavaSparkContext spark,
      String name,
      TensorSource source,
      long blockBytes,
      long memoryLimit,
      CpAls.Listener listener) {
    BlasSetting.apply();
    SpreadMethod method = (SpreadMethod) options.method();
    try (PanelPool pool = new PanelPool(1)) {
      SolveContext context = context(pool, listener);
      DistributedSolver solver = new DistributedSolver(spark, blockBytes, memoryLimit);
      List<Decomposition> solved =
          solver.solve(name, source, passes -> method.solve(passes, options, context));
      return new Spread(solved, solver.arithmetic());
    }
  }

  private SolveContext context(PanelPool pool, CpAls.Listener listener) {
    return new SolveContext(BlasProvider.blas(), memory, pool, listener);
  }
}
