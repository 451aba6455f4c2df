package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.architecture.StoredAxis.Run;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StoredAxisTest {
  @Test
  void groupsAreApart() {
    StoredAxis axis = new StoredAxis(2, 6, 2, 6);
    assertThat(List.of(axis.stored(0), axis.stored(1), axis.stored(2), axis.stored(5)))
        .containsExactly(2, 3, 8, 15);
    assertThat(axis.runs(1, 4)).containsExactly(new Run(1, 3, 1), new Run(2, 8, 2));
    assertThat(axis.runsWithin(9, 16)).containsExactly(new Run(3, 9, 1), new Run(4, 14, 2));
  }

  @Property(tries = 300)
  void runsAreTheIndicesInOrder(
      @ForAll @IntRange(max = 5) int start,
      @ForAll @IntRange(min = 1, max = 4) int group,
      @ForAll @IntRange(max = 4) int gap,
      @ForAll @IntRange(min = 1, max = 5) int groups,
      @ForAll @IntRange(max = 50) int from,
      @ForAll @IntRange(max = 50) int length) {
    StoredAxis axis = new StoredAxis(start, group * groups, group, group + gap);
    List<Integer> expectedWithin = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < axis.size(); i++) {
      if (axis.stored(i) >= from && axis.stored(i) < from + length) {
        expectedWithin.add(i);
      }
      if (i >= from && i < from + length) {
        expected.add(i);
      }
    }
    assertThat(indices(axis, axis.runsWithin(from, from + length))).isEqualTo(expectedWithin);
    int end = Math.min(from + length, axis.size());
    assertThat(indices(axis, axis.runs(Math.min(from, end), end))).isEqualTo(expected);
  }

  @Test
  void malformedAxesAreRefused() {
    assertThatThrownBy(() -> new StoredAxis(0, 5, 2, 2)).hasMessageContaining("size 5, group 2");
    assertThatThrownBy(() -> new StoredAxis(0, 4, 2, 1)).hasMessageContaining("group stride 1");
    assertThatThrownBy(() -> new StoredAxis(-1, 4, 2, 2)).hasMessageContaining("start -1");
  }

  private static List<Integer> indices(StoredAxis axis, List<Run> runs) {
    List<Integer> indices = new ArrayList<>();
    for (Run run : runs) {
      for (int i = 0; i < run.length(); i++) {
        assertThat(run.stored() + i).isEqualTo(axis.stored(run.index() + i));
        indices.add(run.index() + i);
      }
    }
    return indices;
  }
}
