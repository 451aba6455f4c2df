package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SolveBatchesTest {
  @Test
  void ranksWantedWithTheSameSeedsAreSolvedTogether() {
    Map<DecompositionSize, List<Long>> wanted = new HashMap<>();
    for (int rank : List.of(8, 2, 4)) {
      wanted.put(new DecompositionSize.Rank(rank), List.of(2L, 1L));
    }
    wanted.put(new DecompositionSize.Rank(16), List.of(1L));
    assertThat(batches(wanted, false)).containsExactly("r16 with [1]", "r2 r4 r8 with [1, 2]");
  }

  @Test
  void aBatchHasAtMostSoManyColumnsUnlessOneRankHasMore() {
    Map<DecompositionSize, List<Long>> seeds =
        Map.of(new DecompositionSize.Rank(1000), longs(1, 9));
    assertThat(batches(seeds, false))
        .containsExactly("r1000 with [1, 2, 3, 4]", "r1000 with [5, 6, 7, 8]", "r1000 with [9]");
    Map<DecompositionSize, List<Long>> ranks = new HashMap<>();
    IntStream.rangeClosed(1, 100)
        .forEach(rank -> ranks.put(new DecompositionSize.Rank(rank), List.of(1L, 2L)));
    List<SolveBatches.Members> cut =
        SolveBatches.of(ranks, false, size -> ((DecompositionSize.Rank) size).value());
    for (SolveBatches.Members batch : cut) {
      assertThat(
              batch.sizes().stream()
                      .mapToLong(size -> ((DecompositionSize.Rank) size).value())
                      .sum()
                  * batch.seeds().size())
          .isLessThanOrEqualTo(4096);
    }
    List<String> members = new ArrayList<>();
    cut.forEach(
        batch ->
            batch
                .sizes()
                .forEach(size -> batch.seeds().forEach(seed -> members.add(size.label() + seed))));
    assertThat(members).hasSize(200).doesNotHaveDuplicates();
    assertThat(batches(Map.of(new DecompositionSize.Rank(5000), longs(1, 2)), false))
        .containsExactly("r5000 with [1]", "r5000 with [2]");
  }

  @Test
  void aNestedMethodSolvesAllRanksAtOnceAndRatiosByThemselves() {
    Map<DecompositionSize, List<Long>> wanted = new HashMap<>();
    for (int rank : List.of(3000, 1, 2000)) {
      wanted.put(new DecompositionSize.Rank(rank), List.of(0L));
    }
    wanted.put(new DecompositionSize.Ratio(0.5), List.of(0L));
    wanted.put(new DecompositionSize.Ratio(0.25), List.of(0L));
    assertThat(batches(wanted, true))
        .containsExactly("r1 r2000 r3000 with [0]", "p0.25 p0.5 with [0]");
  }

  private static List<String> batches(Map<DecompositionSize, List<Long>> wanted, boolean nested) {
    return SolveBatches.of(wanted, nested, size -> ((DecompositionSize.Rank) size).value()).stream()
        .map(
            batch ->
                String.join(" ", batch.sizes().stream().map(DecompositionSize::label).toList())
                    + " with "
                    + batch.seeds())
        .toList();
  }

  private static List<Long> longs(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}
