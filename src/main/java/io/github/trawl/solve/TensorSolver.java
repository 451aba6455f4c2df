package io.github.trawl.solve;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.DistributableMethod;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.SolveContext;
import io.github.trawl.distributed.DistributedSolver;
import io.github.trawl.distributed.TensorSupply;
import io.github.trawl.distributed.WholeTensor;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** Decomposes a tensor in this process, in a task of the cluster, or spread over the executors. */
public final class TensorSolver {
  private final DecompositionOptions options;
  private final OffHeapMemory memory;

  /**
   * A solver.
   *
   * @param memoryLimit bytes of off-heap memory that a process may use
   */
  public TensorSolver(DecompositionOptions options, long memoryLimit) {
    this.options = options;
    this.memory = ExecutorMemory.limitedTo(memoryLimit);
  }

  /**
   * Decompositions, together with what computed them.
   *
   * @param decompositions in the order of the options' members
   * @param arithmetic the BLAS and processor of each process that took part
   */
  public record Solved(List<Decomposition> decompositions, Set<BlasAndCpu> arithmetic)
      implements Serializable {
    /** Copies the collections. */
    public Solved {
      decompositions = List.copyOf(decompositions);
      arithmetic = Set.copyOf(arithmetic);
    }
  }

  /** Reads the whole tensor into this process and solves it on {@code threads} threads. */
  List<Decomposition> solveHere(TensorSource source, int threads) {
    return solveHere(
        new TensorShape(source.depth(), source.rows(), source.columns()),
        source.format(),
        (format, target) -> source.load(0, source.rows(), format, target),
        threads);
  }

  /**
   * Waits until the process has enough memory beside its other tasks, then loads the tensor and
   * solves it. Does both again, with no other task admitted, if memory ran out after all.
   *
   * @param stored the format of the tensor's values in its source
   */
  private List<Decomposition> solveHere(
      TensorShape shape, ValueFormat stored, WholeTensor.Loading tensor, int threads) {
    DecompositionMethod method = options.method();
    long least = method.leastBytes(shape, stored, options);
    return ExecutorMemory.gate(memory.limitBytes())
        .run(
            least,
            () -> {
              try (PanelPool pool = new PanelPool(threads);
                  TensorBlock block = tensor.load(method.residentFormat(stored), memory)) {
                return method.solve(block, options, context(pool, CpAls.Listener.NONE));
              }
            });
  }

  /**
   * Solves in one task of the cluster, which holds the whole tensor.
   *
   * @param name of the tensor, for messages and Spark's web UI
   * @param threads that the task uses
   * @throws io.github.trawl.TrawlException if the task fails
   */
  public Solved solveInTask(JavaSparkContext spark, String name, TensorSupply tensor, int threads) {
    // The task makes its own solver from these: this one refers to the memory of this process.
    DecompositionOptions chosen = options;
    long limit = memory.limitBytes();
    TensorShape shape = tensor.shape();
    ValueFormat stored = tensor.format();
    return WholeTensor.inOneTask(
        spark,
        name,
        tensor,
        whole ->
            new Solved(
                NotFiniteException.withStackName(
                    name,
                    () -> new TensorSolver(chosen, limit).solveHere(shape, stored, whole, threads)),
                Set.of(BlasAndCpu.ofThisProcess())));
  }

  /**
   * Solves with the row blocks of the tensor spread over the executors. The method of the options
   * must be a {@link DistributableMethod}.
   *
   * @param name of the tensor, for messages and Spark's web UI
   * @param blockBytes the most bytes of a row block in float32, unless one row takes more
   * @param listener called after each iteration
   * @throws io.github.trawl.TrawlException if tasks fail
   */
  public Solved solveSpread(
      JavaSparkContext spark,
      String name,
      TensorSupply tensor,
      long blockBytes,
      CpAls.Listener listener) {
    BlasSetting.apply();
    DistributableMethod method = (DistributableMethod) options.method();
    try (PanelPool pool = new PanelPool(1)) {
      SolveContext context = context(pool, listener);
      DistributedSolver solver = new DistributedSolver(spark, blockBytes, memory.limitBytes());
      List<Decomposition> solved =
          solver.solve(name, tensor, passes -> method.solve(passes, options, context));
      return new Solved(solved, solver.arithmetic());
    }
  }

  private SolveContext context(PanelPool pool, CpAls.Listener listener) {
    return new SolveContext(BlasProvider.blas(), memory, pool, listener);
  }
}
