package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that stay 16 bits wide in memory take half of it and change no result. */
class ResidentFormatTest {
  /** Multiples of 1/64 in [-1, 1], which both formats hold, in an odd number of rows. */
  private record Source(ValueFormat format) implements TensorSource {
    @Override
    public int depth() {
      return 3;
    }

    @Override
    public int rows() {
      return 701;
    }

    @Override
    public int columns() {
      return 600;
    }

    @Override
    public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
      for (int row = rowStart; row < rowStart + rowCount; row++) {
        for (int column = 0; column < columns(); column++) {
          int mixed = 0x9e3779b1 * ((slice * rows() + row) * columns() + column + 1);
          target.put(((mixed >>> 24) % 129 - 64) / 64f);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  @DisplayName("a solve has the same bits in half the memory, of a part of the rows too")
  void sameBits(ValueFormat format) {
    Source source = new Source(format);
    List<CpMember> members = List.of(new CpMember(5, 1), new CpMember(20, 2));
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(64L << 20);
        TensorBlock wide = source.load(101, 599, memory);
        TensorBlock stored = source.load(101, 599, source.format(), memory)) {
      assertThat(stored.bytes()).isEqualTo(wide.bytes() * 600 / 599 / 2);
      assertThat(stored.squaredNorm()).isEqualTo(wide.squaredNorm());
      List<Decomposition> expected = solve(wide, memory, members);
      List<Decomposition> actual = solve(stored, memory, members);
      for (int member = 0; member < members.size(); member++) {
        KruskalTensor left = (KruskalTensor) actual.get(member).tensor();
        KruskalTensor right = (KruskalTensor) expected.get(member).tensor();
        assertThat(left.weights()).isEqualTo(right.weights());
        assertThat(left.a()).isEqualTo(right.a());
        assertThat(left.b()).isEqualTo(right.b());
        assertThat(left.c()).isEqualTo(right.c());
        assertThat(actual.get(member).errors()).isEqualTo(expected.get(member).errors());
      }
    }
  }

  private static List<Decomposition> solve(
      TensorBlock block, OffHeapMemory memory, List<CpMember> members) {
    try (PanelPool pool = new PanelPool(2);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return new CpAls(new CpOptions(4, 0), BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, members);
    }
  }
}
