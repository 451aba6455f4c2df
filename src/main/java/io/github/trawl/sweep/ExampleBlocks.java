package io.github.trawl.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Cuts the examples of a task into blocks, which are asked one after the other. */
final class ExampleBlocks {
  private ExampleBlocks() {}

  /**
   * Shuffles the examples and cuts them into growing blocks. The order of {@code examples} does not
   * matter.
   *
   * @param examples indices, in any order
   * @param seed of the shuffle
   * @param first the size of the first block, at least 1
   * @param growth the size of each block as a multiple of the one before, at least 1
   */
  static List<int[]> shuffled(int[] examples, long seed, int first, double growth) {
    int[] order = examples.clone();
    Arrays.sort(order);
    // The algorithm of this generator is part of the Java specification: the same order everywhere.
    Random random = new Random(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    List<int[]> blocks = new ArrayList<>();
    double size = first;
    for (int start = 0; start < order.length; ) {
      int end = (int) Math.min(order.length, start + Math.max(1, Math.round(size)));
      // Less than half a block joins the block before: so few examples would rarely drop a point.
      if (order.length - end < size / 2) {
        end = order.length;
      }
      blocks.add(Arrays.copyOfRange(order, start, end));
      start = end;
      size *= growth;
    }
    return blocks;
  }

  /** Cuts the examples, in their order, into blocks of {@code size}; the last may be smaller. */
  static List<int[]> inOrder(int[] examples, int size) {
    List<int[]> blocks = new ArrayList<>();
    for (int start = 0; start < examples.length; start += size) {
      blocks.add(Arrays.copyOfRange(examples, start, Math.min(examples.length, start + size)));
    }
    return blocks;
  }
}
