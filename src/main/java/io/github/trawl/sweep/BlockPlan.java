package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The blocks in which the examples of all tasks are asked.
 *
 * @param validationRounds the rounds, each with a block of every task that has validation examples
 *     left; points may drop out after each round but the last
 * @param testBlocks all blocks of test examples
 */
record BlockPlan(List<List<ExampleBlock>> validationRounds, List<ExampleBlock> testBlocks) {
  /**
   * The number of examples in a block of test examples. No point drops out on these, so blocks only
   * limit what a killed run loses.
   */
  private static final int TEST_BLOCK = 2048;

  BlockPlan {
    validationRounds = validationRounds.stream().map(List::copyOf).toList();
    testBlocks = List.copyOf(testBlocks);
  }

  /**
   * Plans the blocks.
   *
   * @param splits for each task, the split of each of its examples
   */
  static BlockPlan of(List<List<Split>> splits, SweepSettings settings) {
    List<List<ExampleBlock>> rounds = new ArrayList<>();
    List<ExampleBlock> test = new ArrayList<>();
    for (int task = 0; task < splits.size(); task++) {
      List<int[]> blocks =
          ExampleBlocks.shuffled(
              indices(splits.get(task), Split.VALIDATION),
              settings.shuffleSeed(),
              settings.firstBlock(),
              settings.growth());
      for (int number = 0; number < blocks.size(); number++) {
        if (number == rounds.size()) {
          rounds.add(new ArrayList<>());
        }
        rounds
            .get(number)
            .add(new ExampleBlock(task, Split.VALIDATION, number, blocks.get(number)));
      }
      List<int[]> rest = ExampleBlocks.inOrder(indices(splits.get(task), Split.TEST), TEST_BLOCK);
      for (int number = 0; number < rest.size(); number++) {
        test.add(new ExampleBlock(task, Split.TEST, number, rest.get(number)));
      }
    }
    return new BlockPlan(rounds, test);
  }

  /** Returns the number of validation examples. */
  int validationExamples() {
    return validationRounds.stream()
        .flatMap(List::stream)
        .mapToInt(block -> block.examples().length)
        .sum();
  }

  /** Returns the number of test examples. */
  int testExamples() {
    return testBlocks.stream().mapToInt(block -> block.examples().length).sum();
  }

  private static int[] indices(List<Split> splits, Split wanted) {
    int[] indices = new int[splits.size()];
    int count = 0;
    for (int i = 0; i < splits.size(); i++) {
      if (splits.get(i) == wanted) {
        indices[count++] = i;
      }
    }
    return Arrays.copyOf(indices, count);
  }
}
