package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

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
