package io.github.trawl.bench;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.openblas.global.openblas;

/**
 * How much of OpenBLAS's speed is left in the two passes of an iteration: beside X_k·B and X_kᵀ·A
 * for whole slices on OpenBLAS's own threads, and nothing else.
 */
final class PassComparison implements Comparison {
  private static final double TARGET = 0.9;
  private static final int WARM_UPS = 12;
  private static final String PEER = "sgemm of the same shapes";

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile tensor = setting.random(4, 2048, 2048);
    List<Row> rows = new ArrayList<>();
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(4L << 30);
        TensorBlock block = tensor.load(0, tensor.rows(), memory)) {
      for (int threads : IntStream.of(setting.threads(), 1).distinct().toArray()) {
        for (int rank : setting.quick() ? new int[] {64, 256} : new int[] {64, 128, 256, 512}) {
          rows.addAll(measure(setting, tensor, block, memory, rank, threads));
        }
      }
    }
    return rows;
  }

  private static List<Row> measure(
      Setting setting,
      TensorFile tensor,
      TensorBlock block,
      OffHeapMemory memory,
      int rank,
      int threads) {
    int repetitions = setting.quick() ? 5 : Math.max(9, Math.min(25, 5000 / rank));
    IterationsInTurns.Times times;
    try (FloatMatrix factor = memory.floats(tensor.columns(), rank);
        FloatMatrix product = memory.floats(tensor.rows(), rank)) {
      fill(factor);
      times =
          IterationsInTurns.measure(
              block,
              rank,
              threads,
              WARM_UPS,
              repetitions,
              memory,
              () -> products(block, factor, product, threads));
    }
    String what =
        "%s over %s, rank %d, %d thread%s"
            .formatted("%s", tensor, rank, threads, threads == 1 ? "" : "s");
    double gigaflop = 4.0 * tensor.bytes() / Float.BYTES * rank / 1e9;
    Row passes =
        Row.seconds(
                "pass",
                what.formatted("both passes, without solves and Gram matrices"),
                PEER,
                times.passes(),
                times.peer())
            .atLeast(TARGET)
            .note(rates(gigaflop, times.passes(), times.peer()));
    Row iteration =
        Row.seconds(
                "pass", what.formatted("whole iteration"), PEER, times.iterations(), times.peer())
            .note(
                rates(gigaflop, times.iterations(), times.peer())
                    + ", solves and Gram matrices included");
    return List.of(passes, iteration);
  }

  private static String rates(double gigaflop, Samples ours, Samples theirs) {
    return String.format(
        Locale.ROOT, "%.1f of %.1f GFLOP/s", gigaflop / ours.median(), gigaflop / theirs.median());
  }

  /** Rows and columns are equally many, so that one factor serves both directions. */
  private static void products(
      TensorBlock block, FloatMatrix factor, FloatMatrix product, int threads) {
    Blas blas = BlasProvider.blas();
    openblas.blas_set_num_threads(threads);
    for (int k = 0; k < block.depth(); k++) {
      blas.multiply(1f, block.slice(k), false, factor, false, 0f, product);
      blas.multiply(1f, block.slice(k), true, factor, false, 0f, product);
    }
    openblas.blas_set_num_threads(1);
  }

  private static void fill(FloatMatrix factor) {
    float[] row = new float[factor.columns()];
    for (int i = 0; i < factor.rows(); i++) {
      for (int r = 0; r < row.length; r++) {
        row[r] = (i * 31 + r * 17) % 101 / 101f;
      }
      factor.write(i, 0, row, 0, row.length);
    }
  }
}
