package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import java.util.SplittableRandom;
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
 * The two passes of an iteration over a (4, 1024, 1024) tensor on one thread, with the element-wise
 * work, the solves and the Gram matrices that belong to them.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PassesBenchmark {
  private static final int DEPTH = 4;
  private static final int SIZE = 1024;

  @Param({"16", "64", "256"})
  private int rank;

  private OffHeapMemory memory;
  private TensorBlock block;
  private PanelPool pool;
  private ResidentPasses passes;
  private float[] sliceFactor;
  private double[][] sliceGrams;
  private NormalEquations columnSystem;

  /** Random values, and the factors of a random start. */
  @Setup
  public void start() {
    SplittableRandom random = new SplittableRandom(1);
    memory = OffHeapMemory.limitedTo(1L << 30);
    block = TensorBlock.allocate(memory, 0, DEPTH, SIZE, SIZE);
    try (FloatMatrix row = memory.floats(1, SIZE)) {
      for (int i = 0; i < DEPTH * SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
          row.set(0, j, (float) random.nextDouble() - 0.5f);
        }
        block.setRows(i / SIZE, i % SIZE, row);
      }
    }
    Blas blas = BlasProvider.blas();
    pool = new PanelPool(1);
    passes = new ResidentPasses(block, blas, memory, pool);
    CpBatch batch = new CpBatch(List.of(new CpMember(rank, 0)));
    passes.start(batch);
    double[][] rowGrams = passes.startRows().grams();
    sliceFactor = new float[DEPTH * rank];
    for (int i = 0; i < sliceFactor.length; i++) {
      sliceFactor[i] = (float) random.nextDouble();
    }
    sliceGrams = new CpKernels(blas, memory).grams(batch, DEPTH, sliceFactor);
    columnSystem = NormalEquations.of(blas, memory, rowGrams, sliceGrams);
  }

  /** B from the second pass, and A from the first. */
  @Benchmark
  public CpPasses.Update update() {
    return passes.update(sliceFactor, columnSystem, sliceGrams);
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    passes.close();
    pool.close();
    block.close();
    memory.close();
  }
}
