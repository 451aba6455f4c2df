package io.github.trawl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BlockGridTest {
  /**
   * 24 slices of 3072 columns are 294,912 bytes a row: 227 rows fit 64 MiB, 768 need four blocks.
   */
  @Test
  void blocksHoldAtMostTheirBytesAndAreAPowerOfTwo() {
    assertThat(BlockGrid.of(24, 768, 3072, 64 << 20)).isEqualTo(new Panels(768, 4));
    assertThat(BlockGrid.of(24, 768, 3072, 1L << 40)).isEqualTo(new Panels(768, 1));
    for (long bytes = 300_000; bytes < 300_000_000; bytes *= 3) {
      Panels grid = BlockGrid.of(24, 768, 3072, bytes);
      assertThat(grid.largest() * 294_912L).isLessThanOrEqualTo(bytes);
      assertThat(Integer.bitCount(grid.count()) == 1 || grid.count() == 768).isTrue();
    }
  }

  @Test
  void aBlockHasARowAtLeast() {
    assertThat(BlockGrid.of(2, 5, 3, 1)).isEqualTo(new Panels(5, 5));
    assertThatThrownBy(() -> BlockGrid.of(2, 5, 3, 0)).hasMessageContaining("positive: 0");
  }
}
