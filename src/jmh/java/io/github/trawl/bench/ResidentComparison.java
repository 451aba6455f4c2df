package io.github.trawl.bench;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.ValueFormat;
import java.io.IOException;
import java.util.List;

/** Sweeps over weights that stay as bfloat16 in memory beside the same sweeps in float32. */
final class ResidentComparison implements Comparison {
  private static final double TARGET = 0.9;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile tensor = setting.random(4, 2048, 2048);
    return List.of(measure(setting, tensor, 64), measure(setting, tensor, 512));
  }

  private static Row measure(Setting setting, TensorFile tensor, int rank) throws IOException {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(4L << 30);
        PanelPool pool = new PanelPool(setting.threads());
        TensorBlock narrow = tensor.load(0, tensor.rows(), ValueFormat.BFLOAT16, memory);
        TensorBlock wide = tensor.load(0, tensor.rows(), memory)) {
      Timing.Pair pair =
          Timing.inTurns(
              1,
              setting.quick() ? 3 : 9,
              () -> sweeps(narrow, rank, memory, pool),
              () -> sweeps(wide, rank, memory, pool));
      return Row.seconds(
              "resident",
              "three sweeps of %s, rank %d, kept as bfloat16".formatted(tensor, rank),
              "kept as float32",
              pair.ours(),
              pair.theirs())
          .atLeast(TARGET)
          .note("%d of %d MiB resident".formatted(narrow.bytes() >> 20, wide.bytes() >> 20));
    }
  }

  private static void sweeps(TensorBlock block, int rank, OffHeapMemory memory, PanelPool pool) {
    try (ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      new CpAls(new CpOptions(3, 0), BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, List.of(new CpMember(rank, 0)));
    }
  }
}
