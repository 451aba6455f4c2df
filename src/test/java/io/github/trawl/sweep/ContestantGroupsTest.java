package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContestantGroupsTest {
  /** 32 passes: as many whole models, or 256 quarters of an eighth. */
  @Test
  void asksMoreTogetherTheLessEachCosts() {
    assertThat(sizes(70, 1.0)).containsExactly(32, 32, 6);
    assertThat(sizes(300, 0.25)).containsExactly(128, 128, 44);
    assertThat(sizes(600, 1.0 / 32)).containsExactly(256, 256, 88);
    assertThat(sizes(2, 40.0)).containsExactly(1, 1);
    assertThat(sizes(0, 1.0)).isEmpty();
  }

  /** A point of a deep model's second layer costs almost a pass, one of a model of two, half. */
  @Test
  void countsThePassesByTheLayersOfTheModel(@TempDir Path folder) throws IOException {
    List<Point> points =
        LongStream.rangeClosed(1, 70)
            .mapToObj(
                seed ->
                    new Point(
                        new StackSelection(Strategy.LAYER, "fc", "1"),
                        DecompositionMethods.CP,
                        new DecompositionSize.Rank(2),
                        seed,
                        IterationSettings.defaults(DecompositionMethods.CP)))
            .toList();
    List<Contestant> contestants =
        new FakeSweep(folder, points, FakeSweep.RACE, 10)
            .definition().grid().points().stream().map(Contestant::of).toList();
    assertThat(ContestantGroups.of(contestants, 2)).extracting(List::size).containsExactly(64, 6);
    assertThat(ContestantGroups.of(contestants, 100))
        .extracting(List::size)
        .containsExactly(32, 32, 6);
  }

  @Test
  void keepsTheOrder() {
    assertThat(ContestantGroups.cut(List.of(20.0, 12.0, 0.5, 31.5, 1.0), passes -> passes))
        .containsExactly(List.of(20.0, 12.0), List.of(0.5, 31.5), List.of(1.0));
  }

  private static List<Integer> sizes(int members, double passes) {
    return ContestantGroups.cut(Collections.nCopies(members, passes), each -> each).stream()
        .map(List::size)
        .toList();
  }
}
