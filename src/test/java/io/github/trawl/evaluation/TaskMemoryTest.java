package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.WeightBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskMemoryTest {
  @TempDir private static Path folder;
  private static PassCost cost;

  @BeforeAll
  static void describeModel() throws IOException {
    Path model = SmallModels.write("llama", folder.resolve("model"));
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(model.toUri()), new Configuration());
    cost = LanguageModels.cost(checkpoint, NumberType.FLOAT32);
  }

  /** Batches of any of the prompts, some of which are so long that few go together. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 64})
  void holdsForAnyChoiceOfThePrompts(int batchSize) {
    Random random = new Random(17);
    List<int[]> prompts = new ArrayList<>();
    random.ints(40, 1, 40).forEach(length -> prompts.add(new int[length]));
    random.ints(20, 500, 3000).forEach(length -> prompts.add(new int[length]));
    TaskMemory.Continued largest = TaskMemory.largest(prompts, 20, batchSize, cost);
    assertThat(largest.bytes())
        .isEqualTo(cost.continuedBytes(largest.prompts(), largest.length(), 20));
    long most = 0;
    for (int choice = 0; choice < 500; choice++) {
      Collections.shuffle(prompts, random);
      List<int[]> some = prompts.subList(0, random.nextInt(1, prompts.size() + 1));
      for (Batch<int[]> batch : Batch.form(some, prompt -> prompt.length, batchSize)) {
        int size = batch.questions().size();
        most = Math.max(most, cost.continuedBytes(size, batch.paddedTokens() / size, 20));
      }
    }
    assertThat(most).isLessThanOrEqualTo(largest.bytes()).isGreaterThan(largest.bytes() / 2);
  }

  @Test
  void countsNoKeysWhereOneTokenIsAdded() {
    List<int[]> prompts = IntStream.range(1, 9).mapToObj(length -> new int[length]).toList();
    assertThat(TaskMemory.largest(prompts, 1, 4, cost)).isEqualTo(TaskMemory.Continued.NONE);
    assertThat(TaskMemory.largest(List.of(), 9, 4, cost)).isEqualTo(TaskMemory.Continued.NONE);
    assertThat(TaskMemory.largest(prompts, 2, 4, cost).prompts()).isEqualTo(4);
  }

  /**
   * Weights of 26 GiB in all and 2 GiB streamed. Half of what the latter leave is for states, and
   * for a batch that is continued if it takes no more; the rest is for a layer.
   */
  @ParameterizedTest
  @CsvSource({
    "27, 1, 0, true, true",
    "27, 1, 1, false, true",
    "28, 1, 1, true, true",
    "27, 12, 0, false, true",
    "27, 13, 0, false, false",
    "27, 12, 13, false, true",
    "27, 12, 14, false, false",
    "2, 0, 0, false, true",
    "1, 0, 0, false, false"
  })
  void saysWhetherThereIsRoom(
      long memory, long layer, long continued, boolean inMemory, boolean streamed) {
    WeightBytes seven = new WeightBytes(26L << 30, 25L << 30, 1L << 29, 25L << 30);
    TaskMemory task =
        new TaskMemory(9, layer << 30, new TaskMemory.Continued(5, 9, continued << 30));
    assertThat(task.hasRoom(seven, false, memory << 30)).isEqualTo(inMemory);
    assertThat(task.hasRoom(seven, true, memory << 30)).isEqualTo(streamed);
  }
}
