package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.CounterRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of an iteration outside its passes: the inversion of an R×R system, three times an
 * iteration, and its application to a panel of 512 rows. Milliseconds; The work grows with R³, so
 * it shows from which rank on solves matter.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class NormalEquationsBenchmark {
  private static final int PANEL = 512;

  @Param({"16", "64", "256", "512"})
  private int rank;

  private final Blas blas = BlasProvider.blas();
  private OffHeapMemory memory;
  private DoubleMatrix mttkrp;
  private DoubleMatrix solution;
  private double[][] gram;
  private NormalEquations system;

  /** A well-conditioned system: the Gram matrix of random rows plus the identity. */
  @Setup
  public void fill() {
    memory = OffHeapMemory.limitedTo(1L << 30);
    mttkrp = memory.doubles(PANEL, rank);
    solution = memory.doubles(PANEL, rank);
    double[] values = new double[PANEL * rank];
    for (int i = 0; i < values.length; i++) {
      values[i] = CounterRandom.uniform(0, 0, i / rank, i % rank);
    }
    mttkrp.copyFrom(values);
    try (DoubleMatrix product = memory.doubles(rank, rank)) {
      blas.gram(mttkrp, 0, product);
      for (int r = 0; r < rank; r++) {
        product.set(r, r, product.get(r, r) + 1);
      }
      gram = new double[][] {product.toArray()};
    }
    system = NormalEquations.of(blas, memory, gram, gram);
  }

  /** The inverse of the product of two Gram matrices. */
  @Benchmark
  public NormalEquations invert() {
    return NormalEquations.of(blas, memory, gram, gram);
  }

  /** A panel of rows. */
  @Benchmark
  public void solve() {
    system.solve(blas, memory, 0, mttkrp, solution);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    mttkrp.close();
    solution.close();
    memory.close();
  }
}
