package io.github.trawl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tiles of any rows and columns fill blocks of any rows. */
class BlockFillerTest {
  private static final int COLUMNS = 11;

  /** Small whole numbers, exact in every format. */
  private record Numbers() implements TensorSource {
    @Override
    public int depth() {
      return 2;
    }

    @Override
    public int rows() {
      return 20;
    }

    @Override
    public int columns() {
      return COLUMNS;
    }

    @Override
    public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
      throw new AssertionError("tiles fill the blocks");
    }

    float value(int slice, int row, int column) {
      return (slice * 20 + row) * 3f - column * 5f;
    }
  }

  private static void put(BlockFiller filler, int slice, int row, int rows, int from, int to) {
    float[] tile = new float[rows * (to - from)];
    for (int i = 0; i < tile.length; i++) {
      tile[i] = new Numbers().value(slice, row + i / (to - from), from + i % (to - from));
    }
    filler.put(slice, row, from, rows, to - from, tile);
  }

  @ParameterizedTest
  @EnumSource(ValueFormat.class)
  void tilesInAnyOrder(ValueFormat format) {
    int[] rowStarts = {3, 4, 9, 16};
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20)) {
      List<TensorBlock> blocks =
          BlockFiller.fill(
              rowStarts,
              new Numbers(),
              format,
              memory,
              filler -> {
                for (int slice = 1; slice >= 0; slice--) {
                  put(filler, slice, 8, 8, 0, 4);
                  put(filler, slice, 3, 5, 0, 4);
                  put(filler, slice, 3, 10, 4, COLUMNS);
                  put(filler, slice, 13, 1, 4, COLUMNS);
                  put(filler, slice, 14, 2, 4, COLUMNS);
                }
              });
      assertThat(blocks).extracting(TensorBlock::rowStart).containsExactly(3, 4, 9);
      for (TensorBlock block : blocks) {
        for (int slice = 0; slice < 2; slice++) {
          try (FloatMatrix values = block.panel(slice, 0, block.rows(), 0, COLUMNS)) {
            for (int row = 0; row < block.rows(); row++) {
              for (int column = 0; column < COLUMNS; column++) {
                assertThat(values.get(row, column))
                    .as("%d [%d, %d]", slice, block.rowStart() + row, column)
                    .isEqualTo(new Numbers().value(slice, block.rowStart() + row, column));
              }
            }
          }
        }
        block.close();
      }
    }
  }

  /** Memory that is closed while blocks hold some of it would say so. */
  @ParameterizedTest
  @EnumSource(ValueFormat.class)
  void missingTilesAreNoticedAndTheMemoryReturned(ValueFormat format) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20)) {
      assertThatThrownBy(
              () ->
                  BlockFiller.fill(
                      new int[] {0, 2},
                      new Numbers(),
                      format,
                      memory,
                      filler -> put(filler, 0, 0, 2, 0, COLUMNS)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("22 values for rows 0 to 1 of a tensor, 44 were expected");
      assertThatThrownBy(
              () ->
                  BlockFiller.fill(
                      new int[] {0, 2},
                      new Numbers(),
                      format,
                      memory,
                      filler -> put(filler, 0, 1, 2, 0, COLUMNS)))
          .hasMessage("a tile of rows 1 to 2 lies outside rows 0 to 1");
    }
  }
}
