package io.github.trawl.linalg;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Speed of one float32 product on one thread, as the passes call it: a panel of 512 rows of X times
 * a factor of {@code rank} columns, and a panel of 512 columns transposed. The counter {@code
 * gigaflop} is in GFLOP/s; near the peak from rank 64 on, or the panels are cut wrongly.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class GemmBenchmark {
  private static final int PANEL = 512;
  private static final int LENGTH = 3072;

  @Param({"16", "64", "256"})
  private int rank;

  private OffHeapMemory memory;
  private FloatMatrix rows;
  private FloatMatrix columns;
  private FloatMatrix factor;
  private FloatMatrix product;
  private Blas blas;

  /** Billions of floating-point operations, per second once JMH has divided. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    /** Added up. */
    public double gigaflop;

    /** Before each iteration. */
    @Setup(Level.Iteration)
    public void reset() {
      gigaflop = 0;
    }
  }

  /** Ones. */
  @Setup
  public void fill() {
    blas = BlasProvider.blas();
    memory = OffHeapMemory.limitedTo(1L << 30);
    rows = ones(PANEL, LENGTH);
    columns = ones(LENGTH, PANEL);
    factor = ones(LENGTH, rank);
    product = memory.floats(PANEL, rank);
  }

  private FloatMatrix ones(int height, int width) {
    FloatMatrix matrix = memory.floats(height, width);
    float[] row = new float[width];
    Arrays.fill(row, 1f);
    for (int i = 0; i < height; i++) {
      matrix.write(i, 0, row, 0, width);
    }
    return matrix;
  }

  /** X·B. */
  @Benchmark
  public void timesColumns(Work work) {
    blas.multiply(1f, rows, false, factor, false, 0f, product);
    work.gigaflop += 2e-9 * PANEL * LENGTH * rank;
  }

  /** Xᵀ·A. */
  @Benchmark
  public void timesRows(Work work) {
    blas.multiply(1f, columns, true, factor, false, 0f, product);
    work.gigaflop += 2e-9 * PANEL * LENGTH * rank;
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    rows.close();
    columns.close();
    factor.close();
    product.close();
    memory.close();
  }
}
