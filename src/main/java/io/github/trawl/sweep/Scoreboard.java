package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Split;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values by which contestants are compared: one for each contestant and example, such that more
 * is better. The driver keeps nothing else of the answers. Safe for several threads.
 */
final class Scoreboard {
  private final Map<String, Map<BlockKey, float[]>> values = new HashMap<>();

  /**
   * The block's number and task, which identify it within its split. Ordered by number, then by
   * task.
   */
  private record BlockKey(int number, int task) implements Comparable<BlockKey> {
    static BlockKey of(ExampleBlock block) {
      return new BlockKey(block.number(), block.task());
    }

    @Override
    public int compareTo(BlockKey other) {
      int byNumber = Integer.compare(number, other.number);
      return byNumber != 0 ? byNumber : Integer.compare(task, other.task);
    }
  }

  /** Sets the values of a block, one for each of its examples. */
  synchronized void put(String contestant, ExampleBlock block, float[] goodness) {
    if (goodness.length != block.examples().length) {
      throw new IllegalArgumentException(
          goodness.length + " values of " + block.examples().length + " examples");
    }
    values
        .computeIfAbsent(key(contestant, block.split()), any -> new TreeMap<>())
        .put(BlockKey.of(block), goodness.clone());
  }

  /** Returns whether the values of a block are there. */
  synchronized boolean has(String contestant, ExampleBlock block) {
    return values
        .getOrDefault(key(contestant, block.split()), Map.of())
        .containsKey(BlockKey.of(block));
  }

  /** Returns the values of these blocks, concatenated. All must be there. */
  synchronized double[] values(String contestant, List<ExampleBlock> blocks) {
    int count = blocks.stream().mapToInt(block -> block.examples().length).sum();
    double[] all = new double[count];
    int next = 0;
    for (ExampleBlock block : blocks) {
      float[] part =
          values.getOrDefault(key(contestant, block.split()), Map.of()).get(BlockKey.of(block));
      if (part == null) {
        throw new IllegalStateException("no values of " + contestant + " for " + block);
      }
      for (float value : part) {
        all[next++] = value;
      }
    }
    return all;
  }

  /** Returns the mean of the values of these blocks; NaN if they hold no examples. */
  double mean(String contestant, List<ExampleBlock> blocks) {
    return Arrays.stream(values(contestant, blocks)).average().orElse(Double.NaN);
  }

  private static String key(String contestant, Split split) {
    return split.label() + " " + contestant;
  }
}
