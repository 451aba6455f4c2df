package io.github.trawl.bench;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.plan.Hardware;
import io.github.trawl.plan.IterationCost;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.openblas.global.openblas;

/** How well the cost model predicts iterations, given the measured speed of a product. */
final class CostComparison implements Comparison {
  private static final int SIZE = 2048;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    Files.writeString(setting.options().output().resolve("cost-model.md"), Projections.markdown());
    Hardware hardware = Hardware.of(1, setting.threads(), gigaflopsOfACore(setting.threads()));
    List<Row> rows = new ArrayList<>();
    rows.add(measure(setting, hardware, setting.random(2, 768, 3072), 64));
    rows.add(measure(setting, hardware, setting.random(4, 2048, 2048), 64));
    if (setting.quick()) {
      return rows;
    }
    rows.add(measure(setting, hardware, setting.random(2, 768, 3072), 8));
    rows.add(measure(setting, hardware, setting.random(2, 768, 3072), 512));
    rows.add(measure(setting, hardware, setting.random(4, 2048, 2048), 512));
    rows.add(measure(setting, hardware, setting.random(24, 768, 3072), 64));
    return rows;
  }

  private static Row measure(Setting setting, Hardware hardware, TensorFile tensor, int rank)
      throws IOException {
    Measured measured =
        setting.processes().ours("1g", tensor.arguments("cp", rank, setting.quick() ? 10 : 20));
    IterationCost cost =
        IterationCost.inOneTask(
            tensor.depth(),
            tensor.rows(),
            tensor.columns(),
            List.of(rank),
            setting.threads(),
            hardware);
    return Row.seconds(
            "cost",
            "CP iteration of %s, rank %d".formatted(tensor, rank),
            "predicted by the cost model",
            measured.seconds(),
            Samples.of(cost.seconds()))
        .note(
            String.format(
                Locale.ROOT, "for %.1f GFLOP/s a core, as measured", hardware.gigaflops()));
  }

  /** The best of a few large products on all threads. */
  private static double gigaflopsOfACore(int threads) {
    double best = 0;
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1L << 30);
        FloatMatrix a = memory.floats(SIZE, SIZE);
        FloatMatrix b = memory.floats(SIZE, SIZE);
        FloatMatrix c = memory.floats(SIZE, SIZE)) {
      openblas.blas_set_num_threads(threads);
      for (int i = 0; i < 10; i++) {
        long start = System.nanoTime();
        BlasProvider.blas().multiply(1f, a, false, b, false, 0f, c);
        best = Math.max(best, 2.0 * SIZE * SIZE * SIZE / (System.nanoTime() - start));
      }
      openblas.blas_set_num_threads(1);
    }
    return best / threads;
  }
}
