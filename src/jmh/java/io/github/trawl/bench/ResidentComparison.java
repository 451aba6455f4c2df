package io.github.trawl.bench;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Iterations over weights that stay in 16 bits in memory beside the same iterations in float32. */
final class ResidentComparison implements Comparison {
  private static final double TARGET = 0.9;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    TensorFile tensor = setting.layer();
    List<Row> rows = new ArrayList<>();
    for (ValueFormat format : List.of(ValueFormat.BFLOAT16, ValueFormat.FLOAT16)) {
      for (int rank : setting.quick() ? new int[] {64} : new int[] {64, 512}) {
        rows.add(measure(setting, tensor, format, rank));
      }
    }
    return rows;
  }

  private static Row measure(Setting setting, TensorFile tensor, ValueFormat format, int rank)
      throws IOException {
    TensorSource values = new Rounded(tensor);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(4L << 30);
        PanelPool pool = new PanelPool(setting.threads());
        TensorBlock narrow = values.load(0, tensor.rows(), format, memory);
        TensorBlock wide = values.load(0, tensor.rows(), memory)) {
      Timing.Pair pair =
          Timing.inTurns(
              rank > 64 ? 2 : 10,
              rank > 64 ? 7 : 15,
              () -> iterations(narrow, rank, memory, pool),
              () -> iterations(wide, rank, memory, pool));
      return Row.seconds(
              "resident",
              "three iterations of %s, rank %d, kept as %s"
                  .formatted(tensor, rank, format.name().toLowerCase(Locale.ROOT)),
              "kept as float32",
              pair.ours(),
              pair.theirs())
          .atLeast(TARGET)
          .note(
              "%s%d of %d MiB resident"
                  .formatted(setting.layerNote(), narrow.bytes() >> 20, wide.bytes() >> 20));
    }
  }

  private static void iterations(
      TensorBlock block, int rank, OffHeapMemory memory, PanelPool pool) {
    try (ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      new CpAls(new CpOptions(3, 0), BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, List.of(new CpMember(rank, 0)));
    }
  }

  /** Values truncated to those that both bfloat16 and float16 hold: eight bits, none below 2⁻²⁴. */
  private record Rounded(TensorFile exact) implements TensorSource {
    @Override
    public int depth() {
      return exact.depth();
    }

    @Override
    public int rows() {
      return exact.rows();
    }

    @Override
    public int columns() {
      return exact.columns();
    }

    @Override
    public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
      int start = target.position();
      exact.read(slice, rowStart, rowCount, target);
      for (int i = start; i < target.position(); i++) {
        float cut = Float.intBitsToFloat(Float.floatToRawIntBits(target.get(i)) & 0xffff0000);
        target.put(i, Math.round(cut * 0x1p24f) * 0x1p-24f);
      }
    }
  }
}
