package io.github.trawl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.linalg.OffHeapMemory;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorBlockTest {
  @Test
  @DisplayName("slices are disjoint views, and the norm is that of all of them")
  void slices() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        TensorBlock block = TensorBlock.allocate(memory, 7, 3, 2, 4)) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 8; i++) {
          block.slice(k).set(i / 4, i % 4, k * 8 + i);
          sum += Math.pow(k * 8 + i, 2);
        }
      }
      assertThat(block.slice(1).toArray()).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
      assertThat(block.squaredNorm()).isCloseTo(sum, within(1e-9));
      assertThat(block.bytes()).isEqualTo(3 * 2 * 4 * 4);
      assertThat(block.rowStart()).isEqualTo(7);
      assertThatThrownBy(() -> block.slice(3)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> block.slice(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  @DisplayName("what a lower triangular block may leave out are zeros, and nothing else")
  void lowerTriangular() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 16);
        TensorBlock block = TensorBlock.allocate(memory, new LowerTriangleShape(3, 4));
        TensorBlock full = TensorBlock.allocate(memory, 0, 3, 4, 12)) {
      assertThat(block.columns()).isEqualTo(12);
      for (int k = 0; k < 3; k++) {
        for (int row = 0; row < 4; row++) {
          int onDiagonal = 4 * k + row;
          assertThat(block.columnsUpTo(k, row)).isEqualTo(onDiagonal + 1);
          assertThat(full.columnsUpTo(k, row)).isEqualTo(12);
          for (int column = 0; column < 12; column++) {
            boolean leftOut = row < block.rowsFrom(k, column);
            assertThat(leftOut).isEqualTo(column > onDiagonal);
            assertThat(full.rowsFrom(k, column)).isZero();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,1,1,1", "0,0,1,1", "0,1,0,1", "0,1,1,0"})
  @DisplayName("a block without values is refused")
  void emptyBlock(int rowStart, int depth, int rows, int columns) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20)) {
      assertThatThrownBy(() -> TensorBlock.allocate(memory, rowStart, depth, rows, columns))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(depth + " x " + rows + " x " + columns);
    }
  }

  @Test
  @DisplayName("a source that leaves values out is noticed, and the memory returned")
  void unfilledBlock() {
    record Unfilled(int depth, int rows, int columns) implements TensorSource {
      @Override
      public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
        target.position(target.limit() - slice);
      }
    }
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20)) {
      assertThatThrownBy(() -> new Unfilled(2, 9, 5).load(4, 3, memory))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("1 values are missing of slice 1, rows 4 to 6");
      assertThat(memory.allocatedBytes()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"1,512", "511,512", "512,512", "513,512", "3072,512", "10,3", "2147483647,512"})
  @DisplayName("panels cover the length without gaps, in nearly equal sizes")
  void panels(int length, int size) {
    Panels panels = Panels.ofAtMost(length, size);
    long covered = 0;
    int gaps = 0;
    int smallest = Integer.MAX_VALUE;
    int largest = 0;
    for (int panel = 0; panel < panels.count(); panel++) {
      gaps += panels.start(panel) == covered ? 0 : 1;
      covered += panels.size(panel);
      smallest = Math.min(smallest, panels.size(panel));
      largest = Math.max(largest, panels.size(panel));
    }
    assertThat(gaps).isZero();
    assertThat(covered).isEqualTo(length);
    assertThat(largest).isLessThanOrEqualTo(panels.largest()).isLessThanOrEqualTo(size);
    assertThat(largest - smallest).isLessThanOrEqualTo(1);
    assertThat(panels.start(panels.count())).isEqualTo(length);
  }

  @Test
  @DisplayName("divisions that are none are refused")
  void impossiblePanels() {
    for (int[] bad : new int[][] {{0, 1}, {5, 0}, {5, 6}}) {
      assertThatThrownBy(() -> new Panels(bad[0], bad[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad[1] + " panels of " + bad[0]);
    }
  }
}
