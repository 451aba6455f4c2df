package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.plan.Strategy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GridTest {
  private static final int LAYERS = 12;

  @Test
  void everyCombinationIsAPointInTheOrderOfTheLists() {
    GridEntry entry =
        entry(
            List.of(Strategy.LAYER),
            List.of("fc", "up,down"),
            List.of("10", "last:2"),
            List.of(DecompositionMethods.CP),
            ranks(4, 8),
            List.of(1L, 2L));
    assertThat(ids(grid(entry)))
        .containsExactly(
            "layer-fc-10-cp-r4-s1",
            "layer-fc-10-cp-r4-s2",
            "layer-fc-10-cp-r8-s1",
            "layer-fc-10-cp-r8-s2",
            "layer-fc-last2-cp-r4-s1",
            "layer-fc-last2-cp-r4-s2",
            "layer-fc-last2-cp-r8-s1",
            "layer-fc-last2-cp-r8-s2",
            "layer-up+down-10-cp-r4-s1",
            "layer-up+down-10-cp-r4-s2",
            "layer-up+down-10-cp-r8-s1",
            "layer-up+down-10-cp-r8-s2",
            "layer-up+down-last2-cp-r4-s1",
            "layer-up+down-last2-cp-r4-s2",
            "layer-up+down-last2-cp-r8-s1",
            "layer-up+down-last2-cp-r8-s2");
  }

  @Test
  void eachStandsForEveryLayerOrSegmentByItself() {
    assertThat(ids(grid(layers(Strategy.LAYER, "each"))))
        .hasSize(LAYERS)
        .startsWith("layer-fc-0-cp-r4-s0", "layer-fc-1-cp-r4-s0")
        .endsWith("layer-fc-11-cp-r4-s0");
    assertThat(ids(grid(layers(Strategy.LAYER, "each:last:2"))))
        .containsExactly("layer-fc-10-cp-r4-s0", "layer-fc-11-cp-r4-s0");
    assertThat(ids(grid(layers(Strategy.SEGMENT, "each"))))
        .containsExactly(
            "segment-fc-early-cp-r4-s0", "segment-fc-middle-cp-r4-s0", "segment-fc-late-cp-r4-s0");
    refused(grid(layers(Strategy.MODEL, "each")), "not possible with strategy model");
    refused(grid(layers(Strategy.SEGMENT, "each:last:2")), "not possible with strategy segment");
    refused(grid(layers(Strategy.LAYER, "each:12")), "the model has layers 0 to 11");
  }

  @Test
  void aMethodWithoutSeedHasOnePointForAllSeeds() {
    GridEntry entry =
        entry(
            List.of(Strategy.LAYER),
            List.of("fc"),
            List.of("11"),
            List.of(DecompositionMethods.CP, DecompositionMethods.TUCKER, DecompositionMethods.SVD),
            ranks(4),
            List.of(1L, 2L));
    assertThat(ids(grid(entry)))
        .containsExactly(
            "layer-fc-11-cp-r4-s1",
            "layer-fc-11-cp-r4-s2",
            "layer-fc-11-tucker-r4",
            "layer-fc-11-svd-r4");
  }

  @Test
  void aPointOfTwoEntriesCountsOnce() {
    assertThat(ids(grid(layers(Strategy.LAYER, "each"), layers(Strategy.LAYER, "11"))))
        .hasSize(LAYERS)
        .doesNotHaveDuplicates();
  }

  @Test
  void aSelectionThatIsWrittenInTwoWaysCountsOnce() {
    GridEntry entry =
        entry(
            List.of(Strategy.LAYER),
            List.of("up,down", "UP, down"),
            List.of("last:1", "Last: 1"),
            List.of(DecompositionMethods.CP),
            ranks(4),
            List.of(0L));
    assertThat(ids(grid(entry))).containsExactly("layer-up+down-last1-cp-r4-s0");
  }

  @Test
  void rulesKeepAndDropPoints() {
    GridEntry entry =
        entry(
            List.of(Strategy.LAYER),
            List.of("fc", "qkvo"),
            List.of("each:last:2"),
            List.of(DecompositionMethods.CP),
            ranks(4, 8),
            List.of(0L));
    GridRule onlyFour = rule(Set.of(), Set.of(), Set.copyOf(ranks(4)));
    GridRule tenOfFc = rule(Set.of("fc"), Set.of("10"), Set.of());
    assertThat(ids(new Grid(List.of(entry), List.of(onlyFour), List.of(tenOfFc))))
        .containsExactly(
            "layer-fc-11-cp-r4-s0", "layer-qkvo-10-cp-r4-s0", "layer-qkvo-11-cp-r4-s0");
    GridRule nothing = rule(Set.of("fc"), Set.of("9"), Set.of());
    refused(new Grid(List.of(entry), List.of(), List.of(nothing)), "exclude: rule 1 matches no");
    refused(new Grid(List.of(entry), List.of(nothing), List.of()), "include: rule 1 matches no");
    refused(
        new Grid(List.of(entry), List.of(onlyFour), List.of(onlyFour)), "the grid has no points");
  }

  @Test
  void settingsThatAreNotTheDefaultsAreInTheName() {
    GridEntry entry =
        new GridEntry(
            List.of(Strategy.LAYER),
            List.of("fc"),
            List.of("11"),
            List.of(DecompositionMethods.CP),
            ranks(4),
            List.of(0L),
            Optional.of(50),
            Optional.of(1e-5),
            Optional.of(StartDistribution.CENTRED),
            Optional.of(Acceleration.EXTRAPOLATION));
    assertThat(ids(grid(entry)))
        .containsExactly("layer-fc-11-cp-i50-t1.0E-5-centred-extrapolation-r4-s0");
  }

  @Test
  void anOptionThatAMethodWouldIgnoreIsRefused() {
    GridEntry start =
        new GridEntry(
            List.of(Strategy.LAYER),
            List.of("fc"),
            List.of("11"),
            List.of(DecompositionMethods.CP, DecompositionMethods.TUCKER),
            ranks(4),
            List.of(0L),
            Optional.empty(),
            Optional.empty(),
            Optional.of(StartDistribution.CENTRED),
            Optional.empty());
    refused(grid(start), "tucker takes no start; give tucker an entry of its own");
    GridEntry ratio =
        entry(
            List.of(Strategy.LAYER),
            List.of("fc"),
            List.of("11"),
            List.of(DecompositionMethods.CP),
            List.of(new DecompositionSize.Ratio(0.5)),
            List.of(0L));
    refused(grid(ratio), "cp takes no ratio");
  }

  private static GridEntry layers(Strategy strategy, String layers) {
    return entry(
        List.of(strategy),
        List.of("fc"),
        List.of(layers),
        List.of(DecompositionMethods.CP),
        ranks(4),
        List.of(0L));
  }

  private static GridEntry entry(
      List<Strategy> strategies,
      List<String> matrices,
      List<String> layers,
      List<DecompositionMethod> methods,
      List<DecompositionSize> sizes,
      List<Long> seeds) {
    return new GridEntry(
        strategies,
        matrices,
        layers,
        methods,
        sizes,
        seeds,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static GridRule rule(
      Set<String> matrices, Set<String> layers, Set<DecompositionSize> sizes) {
    return new GridRule(Set.of(), matrices, layers, Set.of(), sizes, Set.of());
  }

  private static List<DecompositionSize> ranks(int... ranks) {
    return Arrays.stream(ranks).<DecompositionSize>mapToObj(DecompositionSize.Rank::new).toList();
  }

  private static Grid grid(GridEntry... entries) {
    return new Grid(List.of(entries), List.of(), List.of());
  }

  private static List<String> ids(Grid grid) {
    return grid.points(LAYERS).stream().map(Point::id).toList();
  }

  private static void refused(Grid grid, String message) {
    assertThatThrownBy(() -> grid.points(LAYERS))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining(message);
  }
}
