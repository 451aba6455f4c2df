package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.model.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void holdsEveryQuestionOnceWithOthersOfItsLength(int most) {
    List<Integer> lengths = new ArrayList<>();
    new Random(5).ints(300, 0, 900).forEach(lengths::add);
    lengths.add(Batch.MOST_TOKENS + 1);
    List<Batch<Integer>> batches = Batch.form(lengths, length -> length, most);
    assertThat(batches.stream().flatMapToInt(batch -> Arrays.stream(batch.indices())).sorted())
        .containsExactlyElementsOf(IntStream.range(0, lengths.size()).boxed().toList());
    int before = Integer.MAX_VALUE;
    for (Batch<Integer> batch : batches) {
      assertThat(batch.questions())
          .hasSizeBetween(1, most)
          .isEqualTo(Arrays.stream(batch.indices()).mapToObj(lengths::get).toList());
      int longest = Math.max(1, batch.questions().stream().mapToInt(each -> each).max().getAsInt());
      assertThat(batch.paddedTokens()).isEqualTo(longest * batch.questions().size());
      if (batch.questions().size() > 1) {
        assertThat(batch.paddedTokens()).isLessThanOrEqualTo(Batch.MOST_TOKENS);
        assertThat((long) longest * batch.paddedTokens())
            .isLessThanOrEqualTo(LanguageModel.MOST_PAIRS);
      }
      assertThat(longest).isLessThanOrEqualTo(before);
      before = batch.questions().stream().mapToInt(each -> Math.max(1, each)).min().getAsInt();
    }
  }

  @Test
  void equalLengthsKeepTheirOrder() {
    List<Batch<String>> batches = Batch.form(List.of("a", "bb", "c", "dd"), String::length, 3);
    assertThat(batches)
        .extracting(Batch::questions)
        .containsExactly(List.of("bb", "dd", "a"), List.of("c"));
    assertThat(Batch.form(List.<String>of(), String::length, 3)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 32, 1000})
  void partsHaveAboutTheSameNumberOfTokens(int count) {
    List<Integer> lengths = new Random(6).ints(500, 1, 40).boxed().toList();
    List<Batch<Integer>> batches = Batch.form(lengths, length -> length, 8);
    List<List<Batch<Integer>>> parts = Batch.split(batches, count);
    assertThat(parts.stream().flatMap(List::stream)).containsExactlyElementsOf(batches);
    assertThat(parts).hasSizeBetween(1, count).doesNotContain(List.of());
    int total = batches.stream().mapToInt(Batch::paddedTokens).sum();
    int largest = batches.stream().mapToInt(Batch::paddedTokens).max().getAsInt();
    for (List<Batch<Integer>> part : parts) {
      assertThat(part.stream().mapToInt(Batch::paddedTokens).sum())
          .isLessThanOrEqualTo(total / count + 1 + largest);
    }
  }
}
