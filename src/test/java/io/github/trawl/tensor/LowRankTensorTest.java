package io.github.trawl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LowRankTensorTest {
  private static final Random RANDOM = new Random(3);

  private static float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = RANDOM.nextFloat() - 0.5f;
    }
    return values;
  }

  private static KruskalTensor kruskal(int depth, int rows, int columns, int rank) {
    return new KruskalTensor(
        values(rank), values(depth * rank), values(rows * rank), values(columns * rank));
  }

  private static TuckerTensor tucker(int depth, int rows, int columns, int r0, int r1, int r2) {
    return new TuckerTensor(
        r0,
        r1,
        r2,
        values(r0 * r1 * r2),
        values(depth * r0),
        values(rows * r1),
        values(columns * r2));
  }

  /** One value, by the definition. */
  private static double value(LowRankTensor tensor, int k, int i, int j) {
    double sum = 0;
    if (tensor instanceof KruskalTensor cp) {
      int rank = cp.rank();
      for (int r = 0; r < rank; r++) {
        sum +=
            (double) cp.weights()[r]
                * cp.c()[k * rank + r]
                * cp.a()[i * rank + r]
                * cp.b()[j * rank + r];
      }
      return sum;
    }
    TuckerTensor tucker = (TuckerTensor) tensor;
    for (int p = 0; p < tucker.coreDepth(); p++) {
      for (int q = 0; q < tucker.coreRows(); q++) {
        for (int r = 0; r < tucker.coreColumns(); r++) {
          sum +=
              (double) tucker.core()[(p * tucker.coreRows() + q) * tucker.coreColumns() + r]
                  * tucker.c()[k * tucker.coreDepth() + p]
                  * tucker.a()[i * tucker.coreRows() + q]
                  * tucker.b()[j * tucker.coreColumns() + r];
        }
      }
    }
    return sum;
  }

  static Stream<Arguments> tensors() {
    return Stream.of(
            kruskal(1, 1, 1, 1),
            kruskal(3, 7, 5, 4),
            kruskal(2, 1, 9, 12),
            kruskal(1, 40, 1, 2),
            tucker(1, 1, 1, 1, 1, 1),
            tucker(3, 7, 5, 2, 3, 4),
            tucker(4, 1, 9, 4, 1, 3),
            tucker(2, 11, 2, 1, 5, 2))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("tensors")
  @DisplayName("every block holds the sums of the definition")
  void reconstructs(LowRankTensor tensor) {
    for (int slice = 0; slice < tensor.depth(); slice++) {
      for (int rowStart = 0; rowStart <= tensor.rows(); rowStart += 3) {
        for (int columnStart = 0; columnStart <= tensor.columns(); columnStart += 2) {
          int rows = Math.min(4, tensor.rows() - rowStart);
          int columns = Math.min(3, tensor.columns() - columnStart);
          FloatBuffer target = FloatBuffer.allocate(rows * columns + 2).position(1);
          tensor.reconstruct(slice, rowStart, rows, columnStart, columns, target);
          assertThat(target.position()).isEqualTo(1 + rows * columns);
          for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
              assertThat((double) target.get(1 + i * columns + j))
                  .isCloseTo(value(tensor, slice, rowStart + i, columnStart + j), within(1e-6));
            }
          }
          assertThat(target.get(rows * columns + 1)).isZero();
        }
      }
    }
  }

  @Test
  @DisplayName("a block larger than a panel of the product comes out in order, also off-heap")
  void reconstructsManyPanels() {
    KruskalTensor tensor = kruskal(2, 2100, 2100, 2);
    FloatBuffer target =
        ByteBuffer.allocateDirect(4 * 2100 * 2100).order(ByteOrder.nativeOrder()).asFloatBuffer();
    tensor.reconstruct(1, 0, 2100, 0, 2100, target);
    assertThat(target.hasRemaining()).isFalse();
    for (int[] at : new int[][] {{0, 0}, {1996, 5}, {1998, 2099}, {2099, 0}, {2099, 2099}}) {
      assertThat((double) target.get(at[0] * 2100 + at[1]))
          .isCloseTo(value(tensor, 1, at[0], at[1]), within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("tensors")
  @DisplayName("blocks outside the tensor are refused, and so is a target that is too small")
  void bounds(LowRankTensor tensor) {
    int[][] outside = {
      {-1, 0, 1, 0, 1},
      {tensor.depth(), 0, 1, 0, 1},
      {0, -1, 1, 0, 1},
      {0, tensor.rows(), 1, 0, 1},
      {0, 0, tensor.rows() + 1, 0, 1},
      {0, 0, 1, tensor.columns(), 1},
      {0, 0, 1, 0, tensor.columns() + 1},
      {0, 0, -1, 0, 1}
    };
    for (int[] b : outside) {
      assertThatThrownBy(
              () -> tensor.reconstruct(b[0], b[1], b[2], b[3], b[4], FloatBuffer.allocate(1000)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> tensor.reconstruct(0, 0, 1, 0, 1, FloatBuffer.allocate(0)))
        .isInstanceOf(BufferOverflowException.class);
  }

  @ParameterizedTest
  @MethodSource("tensors")
  @DisplayName("factored forms survive Java serialisation")
  void serialises(LowRankTensor tensor) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(tensor);
    }
    try (ObjectInputStream stream =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(stream.readObject()).usingRecursiveComparison().isEqualTo(tensor);
    }
  }

  @Test
  @DisplayName("the first components of a Kruskal tensor are a Kruskal tensor")
  void firstComponents() {
    KruskalTensor whole = kruskal(2, 5, 7, 3);
    KruskalTensor first = whole.firstComponents(2);
    assertThat(first.rank()).isEqualTo(2);
    assertThat(first.weights()).containsExactly(whole.weights()[0], whole.weights()[1]);
    for (int row = 0; row < 5; row++) {
      assertThat(first.a()[2 * row]).isEqualTo(whole.a()[3 * row]);
      assertThat(first.a()[2 * row + 1]).isEqualTo(whole.a()[3 * row + 1]);
    }
    assertThat(whole.firstComponents(3)).usingRecursiveComparison().isEqualTo(whole);
    assertThatThrownBy(() -> whole.firstComponents(4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({"0,1,1,1", "2,3,4,4", "2,4,3,4", "2,4,4,5"})
  @DisplayName("factors that do not fit the rank are refused")
  void kruskalShapes(int rank, int c, int a, int b) {
    assertThatThrownBy(
            () -> new KruskalTensor(new float[rank], new float[c], new float[a], new float[b]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rank " + rank);
  }

  @ParameterizedTest
  @CsvSource({"0,1,1,0", "1,2,2,3", "2,2,2,8", "1,3,2,6", "1,2,3,6"})
  @DisplayName("a core that does not fit the factors is refused")
  void tuckerShapes(int r0, int r1, int r2, int core) {
    assertThatThrownBy(
            () ->
                new TuckerTensor(
                    r0, r1, r2, new float[core], new float[3], new float[4], new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(r0 + ", " + r1 + ", " + r2);
  }
}
