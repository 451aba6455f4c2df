package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.ValueFormat;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Iterations in a basis of the columns take the steps of those on the tensor itself. */
class ColumnBasisTest {
  private static final List<CpMember> MEMBERS =
      List.of(new CpMember(1, 1), new CpMember(12, 2), new CpMember(40, 3));

  private final OffHeapMemory memory = OffHeapMemory.limitedTo(256 << 20);

  @AfterEach
  void nothingIsLeftAllocated() {
    assertThat(memory.allocatedBytes()).isZero();
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 60, 60", "1, 60, 61", "2, 70, 301", "3, 33, 99", "2, 640, 1300"})
  @DisplayName("the errors of every iteration and the approximation are those of plain iterations")
  void sameSteps(int depth, int rows, int columns) {
    try (TensorBlock block = RandomTensors.lowRank(memory, depth, rows, columns, 6, 1.5, 4)) {
      assertThat(ColumnBasis.suits(block)).isTrue();
      List<Decomposition> plain = solve(block, 1, 25, false);
      List<Decomposition> compressed = solve(block, 1, 25, true);
      for (int member = 0; member < MEMBERS.size(); member++) {
        assertThat(compressed.get(member).errors())
            .containsExactly(plain.get(member).errors(), within(2e-5));
        float[] expected = slice(plain.get(member), depth - 1, rows, columns);
        float[] actual = slice(compressed.get(member), depth - 1, rows, columns);
        double norm = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
          norm += (double) expected[i] * expected[i];
          difference += Math.pow((double) expected[i] - actual[i], 2);
        }
        assertThat(Math.sqrt(difference / norm)).isLessThan(2e-3);
      }
      assertThat(bits(compressed.get(2))).isNotEqualTo(bits(plain.get(2)));
    }
  }

  @Test
  @DisplayName("the slices are their coordinates in an orthonormal basis")
  void coordinates() {
    int depth = 2;
    int rows = 21;
    int columns = 60;
    try (TensorBlock block = RandomTensors.lowRank(memory, depth, rows, columns, 30, 1, 9);
        PanelPool pool = new PanelPool(2);
        ColumnBasis basis = ColumnBasis.of(BlasProvider.blas(), memory, pool, block);
        FloatMatrix unit = memory.floats(depth * rows, depth * rows)) {
      for (int i = 0; i < depth * rows; i++) {
        unit.set(i, i, 1);
      }
      float[] q = basis.expand(List.of(unit)).get(0);
      for (int left = 0; left < depth * rows; left++) {
        for (int right = 0; right <= left; right++) {
          double product = 0;
          for (int j = 0; j < columns; j++) {
            product += (double) q[j * depth * rows + left] * q[j * depth * rows + right];
          }
          assertThat(product).isCloseTo(left == right ? 1 : 0, within(1e-5));
        }
      }
      for (int k = 0; k < depth; k++) {
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            double value = 0;
            for (int r = 0; r < depth * rows; r++) {
              value += (double) basis.core().slice(k).get(i, r) * q[j * depth * rows + r];
            }
            assertThat(value).isCloseTo(block.slice(k).get(i, j), within(2e-5));
          }
        }
      }
    }
  }

  @Test
  @DisplayName("the same bits on any number of threads")
  void threads() {
    try (TensorBlock block = RandomTensors.lowRank(memory, 2, 530, 1100, 3, 1, 5)) {
      List<Decomposition> one = solve(block, 1, 7, true);
      for (int threads : new int[] {2, 4}) {
        List<Decomposition> many = solve(block, threads, 7, true);
        for (int member = 0; member < MEMBERS.size(); member++) {
          assertThat(bits(many.get(member))).isEqualTo(bits(one.get(member)));
          assertThat(many.get(member).errors()).isEqualTo(one.get(member).errors());
        }
      }
    }
  }

  @Test
  @DisplayName("values of 16 bits give the bits of float32")
  void formats() {
    try (TensorBlock wide = TensorBlock.allocate(memory, 0, 2, 31, 90);
        TensorBlock stored = TensorBlock.allocate(memory, ValueFormat.BFLOAT16, 0, 2, 31, 90);
        FloatMatrix slice = memory.floats(31, 90)) {
      Random random = new Random(3);
      for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 31; i++) {
          for (int j = 0; j < 90; j++) {
            slice.set(i, j, (random.nextInt(255) - 127) / 64f);
          }
        }
        wide.setRows(k, 0, slice);
        stored.setRows(k, 0, slice);
      }
      assertThat(bits(solve(stored, 2, 9, true).get(1)))
          .isEqualTo(bits(solve(wide, 1, 9, true).get(1)));
    }
  }

  @Test
  @DisplayName("rows that depend on each other leave the iterations plain")
  void dependentRows() {
    try (TensorBlock block = RandomTensors.lowRank(memory, 2, 30, 90, 20, 0, 6)) {
      assertThat(ColumnBasis.suits(block)).isTrue();
      assertThat(bits(solve(block, 2, 9, true).get(1)))
          .isEqualTo(bits(solve(block, 2, 9, false).get(1)));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 128, 512", "2, 512, 1025"})
  @DisplayName("building it takes exactly the predicted memory, for sizes that need no rounding")
  void memory(int depth, int rows, int columns) {
    try (TensorBlock block = RandomTensors.lowRank(memory, depth, rows, columns, 6, 1.5, 4);
        PanelPool pool = new PanelPool(2)) {
      long before = memory.allocatedBytes();
      ColumnBasis.of(BlasProvider.blas(), memory, pool, block).close();
      assertThat(memory.peakBytes() - before)
          .isEqualTo(ResidentPasses.basisBytes(depth, rows, columns, 5));
    }
    assertThat(ResidentPasses.basisBytes(depth, rows, columns, 4)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"2, 30, 59", "3, 30, 80", "1, 4097, 5000"})
  @DisplayName("a block with more rows than columns, or very many, is left as it is")
  void unsuited(int depth, int rows, int columns) {
    try (TensorBlock block = TensorBlock.allocate(memory, 0, depth, rows, columns)) {
      assertThat(ColumnBasis.suits(block)).isFalse();
    }
  }

  private List<Decomposition> solve(
      TensorBlock block, int threads, int iterations, boolean mayCompress) {
    try (PanelPool pool = new PanelPool(threads);
        ResidentPasses passes =
            new ResidentPasses(block, BlasProvider.blas(), memory, pool, mayCompress)) {
      return new CpAls(
              new CpOptions(iterations, 0), BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, MEMBERS);
    }
  }

  private static float[] slice(Decomposition result, int k, int rows, int columns) {
    FloatBuffer values = FloatBuffer.allocate(rows * columns);
    result.tensor().reconstruct(k, 0, rows, 0, columns, values);
    return values.array();
  }

  private static float[][] bits(Decomposition result) {
    KruskalTensor tensor = (KruskalTensor) result.tensor();
    return new float[][] {tensor.weights(), tensor.a(), tensor.b(), tensor.c()};
  }
}
