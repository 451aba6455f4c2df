package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.tensor.Panels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How blocks and panels are divided among tasks. */
class DivisionTest {
  /** More tasks than blocks. */
  @Test
  void tasksShareTheBlocksEvenly() {
    assertThat(BlockRange.divide(4, 2))
        .isEqualTo(List.of(new BlockRange(0, 2), new BlockRange(2, 4)));
    assertThat(BlockRange.divide(2, 5))
        .isEqualTo(List.of(new BlockRange(0, 1), new BlockRange(1, 2)));
  }

  @Test
  void neighbouringPanelsGoToOnePartition() {
    for (int panels = 1; panels < 30; panels++) {
      for (int partitions = 1; partitions < 35; partitions++) {
        PanelPartitioner partitioner = new PanelPartitioner(panels, partitions);
        Panels shares = new Panels(panels, Math.min(panels, partitions));
        assertThat(partitioner.numPartitions()).isEqualTo(shares.count());
        List<Integer> expected =
            IntStream.range(0, shares.count())
                .boxed()
                .flatMap(share -> IntStream.range(0, shares.size(share)).mapToObj(i -> share))
                .toList();
        assertThat(IntStream.range(0, panels).mapToObj(partitioner::getPartition).toList())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aPartitionerIsAValue() {
    assertThat(new PanelPartitioner(6, 2))
        .isEqualTo(new PanelPartitioner(6, 2))
        .hasSameHashCodeAs(new PanelPartitioner(6, 2))
        .isNotEqualTo(new PanelPartitioner(6, 3));
    assertThatThrownBy(() -> new PanelPartitioner(6, 2).getPartition(6))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
