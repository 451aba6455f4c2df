package io.github.trawl.distributed;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.CpPasses;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.spark.LostBlocksException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Solves tensors whose row blocks are spread over the executors, by {@link DistributedPasses}. */
public final class DistributedSolver {
  private static final Logger LOG = LoggerFactory.getLogger(DistributedSolver.class);

  /**
   * The number of times that the solve of a tensor is begun before the loss of executors becomes an
   * error.
   */
  private static final int ATTEMPTS = 4;

  private final JavaSparkContext spark;
  private final long blockBytes;
  private final long memoryLimit;
  private Set<BlasAndCpu> arithmetic = Set.of();

  /**
   * A solver.
   *
   * @param blockBytes the most bytes of a row block in float32, unless one row takes more
   * @param memoryLimit bytes of off-heap memory that a process may use
   */
  public DistributedSolver(JavaSparkContext spark, long blockBytes, long memoryLimit) {
    this.spark = spark;
    this.blockBytes = blockBytes;
    this.memoryLimit = memoryLimit;
  }

  /**
   * Applies {@code solve} to the passes over a tensor. If a panel of B is lost with all executors
   * that kept it, begins again; the result is the same.
   *
   * @param name of the tensor, for messages
   * @throws TrawlException if tasks fail, executors are lost in each attempt, or sums are not
   *     finite; the message names the tensor
   */
  public List<Decomposition> solve(
      String name, TensorSupply tensor, Function<CpPasses, List<Decomposition>> solve) {
    for (int attempt = 1; ; attempt++) {
      try (DistributedPasses passes =
          new DistributedPasses(spark, name, tensor, blockBytes, memoryLimit)) {
        List<Decomposition> result =
            NotFiniteException.withStackName(name, () -> solve.apply(passes));
        arithmetic = passes.arithmetic();
        return result;
      } catch (LostBlocksException e) {
        if (attempt == ATTEMPTS) {
          throw new TrawlException(
              ErrorCategory.SYSTEM,
              "%s: given up after %d attempts, as %s; see the executors' logs for why they ended"
                  .formatted(name, attempt, e.getMessage()),
              e);
        }
        LOG.warn("{}: {}; solving it again from the start", name, e.getMessage());
      }
    }
  }

  /**
   * Returns the BLAS and processor of each process of the last solve: the driver, and all executors
   * that took part. Empty before the first solve.
   */
  public Set<BlasAndCpu> arithmetic() {
    return arithmetic;
  }
}
