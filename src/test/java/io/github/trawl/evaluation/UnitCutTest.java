package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitCutTest {
  /** Each unit reads the layers once, so a slot gets one; where slots are left, by candidates. */
  @ParameterizedTest
  @CsvSource({
    "20, 4, 8, 8, 1",
    "5, 4, 8, 5, 1",
    "4, 4, 8, 4, 2",
    "3, 1, 8, 3, 1",
    "1, 20, 8, 1, 8",
    "20, 4, 1, 1, 1"
  })
  void streamedModelsReadOnceForEachSlot(
      int batches, int candidates, int slots, int parts, int groups) {
    assertCut(UnitCut.of(batches(batches), candidates, slots, true, true), parts, groups);
  }

  /** Each unit reads the layers for each of its candidates, so these are cut first. */
  @ParameterizedTest
  @CsvSource({
    "20, 8, 8, 1, 8",
    "20, 3, 8, 2, 3",
    "20, 20, 8, 1, 8",
    "20, 1, 8, 8, 1",
    "2, 3, 8, 2, 3",
    "1, 3, 8, 1, 3",
    "2, 2, 8, 2, 2",
    "20, 4, 1, 1, 1"
  })
  void streamedModelsContinueTextsCandidateByCandidate(
      int batches, int candidates, int slots, int parts, int groups) {
    assertCut(UnitCut.of(batches(batches), candidates, slots, true, false), parts, groups);
  }

  /** Whether in one pass or not: several batches in a unit, and several units for a slot. */
  @ParameterizedTest
  @CsvSource({
    "1000, 1, 2, 32, 1",
    "1000, 1, 20, 80, 1",
    "1000, 4, 20, 80, 1",
    "160, 4, 2, 20, 1",
    "5, 4, 8, 5, 2",
    "1, 3, 8, 1, 3"
  })
  void modelsInMemoryTakeSeveralUnitsForEachSlot(
      int batches, int candidates, int slots, int parts, int groups) {
    assertCut(UnitCut.of(batches(batches), candidates, slots, false, true), parts, groups);
    assertCut(UnitCut.of(batches(batches), candidates, slots, false, false), parts, groups);
  }

  @Test
  void groupsAreOfNeighbours() {
    assertThat(new UnitCut<>(List.of(batches(1)), 3).groups(List.of(1, 2, 3, 4, 5)))
        .containsExactly(List.of(1), List.of(2, 3), List.of(4, 5));
  }

  private static void assertCut(UnitCut<String> cut, int parts, int groups) {
    assertThat(cut.parts()).hasSize(parts);
    assertThat(cut.groups()).isEqualTo(groups);
  }

  /** Batches of a text each. */
  private static List<Batch<String>> batches(int count) {
    return Batch.form(Collections.nCopies(count, "text"), String::length, 1);
  }
}
