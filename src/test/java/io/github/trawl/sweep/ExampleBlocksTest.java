package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExampleBlocksTest {
  @Test
  void growingBlocksHoldEveryExampleOnce() {
    int[] examples = IntStream.range(100, 1100).toArray();
    List<int[]> blocks = ExampleBlocks.shuffled(examples, 0, 64, 2);
    // 64 + 128 + 256 = 448; of the other 552 a block of 512 would leave 40, too few for their own.
    assertThat(blocks).extracting(block -> block.length).containsExactly(64, 128, 256, 552);
    assertThat(blocks.stream().flatMapToInt(Arrays::stream).sorted().toArray()).isEqualTo(examples);
    assertThat(blocks.get(0)).isNotEqualTo(Arrays.copyOf(examples, 64));
  }

  @Test
  void theOrderDependsOnTheSeedAlone() {
    int[] examples = IntStream.range(0, 50).toArray();
    int[] reversed = IntStream.range(0, 50).map(i -> 49 - i).toArray();
    assertThat(ExampleBlocks.shuffled(examples, 7, 10, 1))
        .containsExactlyElementsOf(ExampleBlocks.shuffled(reversed, 7, 10, 1));
    assertThat(ExampleBlocks.shuffled(examples, 8, 50, 1).get(0))
        .isNotEqualTo(ExampleBlocks.shuffled(examples, 7, 50, 1).get(0));
  }

  @Test
  void fewExamplesAreOneBlock() {
    assertThat(ExampleBlocks.shuffled(new int[] {3, 5}, 0, 128, 2)).hasSize(1);
    assertThat(ExampleBlocks.shuffled(new int[0], 0, 128, 2)).isEmpty();
    assertThat(ExampleBlocks.inOrder(new int[] {1, 2, 3}, 2))
        .containsExactly(new int[] {1, 2}, new int[] {3});
  }
}
