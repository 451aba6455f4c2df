package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When blocks are divided anew, and which of them stay where they are. */
class BlockHomesTest {
  private static final Optional<String> NOWHERE = Optional.empty();
  private static final Optional<String> X = Optional.of("x");
  private static final Optional<String> Y = Optional.of("y");
  private static final Optional<String> Z = Optional.of("z");

  @Test
  void oneExecutorWithAllBlocksIsUnevenOnceAnotherCame() {
    List<BlockRange> halves = BlockRange.divide(12, 2);
    assertThat(BlockHomes.isUneven(halves, List.of(X, X), cluster(1, 1))).isFalse();
    assertThat(BlockHomes.isUneven(halves, List.of(X, X), cluster(2, 2))).isTrue();
    assertThat(BlockHomes.isUneven(halves, List.of(X, Y), cluster(2, 2))).isFalse();
  }

  @Test
  void theBlocksOfAnExecutorThatWentGoToWhoeverIsFree() {
    List<BlockRange> thirds = BlockRange.divide(12, 3);
    assertThat(BlockHomes.isUneven(thirds, List.of(X, NOWHERE, Y), cluster(2, 2))).isFalse();
    assertThat(BlockHomes.isUneven(thirds, List.of(X, X, Y), cluster(2, 2))).isTrue();
    assertThat(BlockHomes.isUneven(thirds, List.of(X, Y, Z), cluster(3, 3))).isFalse();
  }

  @Test
  void anExecutorOfSeveralCoresMayHaveMore() {
    List<BlockRange> quarters = BlockRange.divide(12, 4);
    assertThat(BlockHomes.isUneven(quarters, List.of(X, X, Y, Y), cluster(2, 4))).isFalse();
    assertThat(BlockHomes.isUneven(quarters, List.of(X, X, X, Y), cluster(2, 4))).isTrue();
  }

  @Test
  void rangesStayWhereMostOfTheirBlocksAreAndOthersGoToExecutorsWithLess() {
    List<Optional<String>> allOnX = IntStream.range(0, 12).mapToObj(block -> X).toList();
    List<String> executors = List.of("w", "x", "y");
    assertThat(BlockHomes.preferred(BlockRange.divide(12, 2), allOnX, List.of("x", "y")))
        .containsExactly(X, Y);
    List<Optional<String>> onTwo =
        IntStream.range(0, 12).mapToObj(block -> block < 7 ? X : Y).toList();
    assertThat(BlockHomes.preferred(BlockRange.divide(12, 3), onTwo, executors))
        .containsExactly(X, Y, Optional.of("w"));
    assertThat(BlockHomes.preferred(BlockRange.divide(12, 3), List.of(), executors))
        .containsExactly(NOWHERE, NOWHERE, NOWHERE);
  }

  private static ClusterSize cluster(int executors, int slots) {
    return new ClusterSize(List.of("x", "y", "z").subList(0, executors), slots, slots);
  }
}
