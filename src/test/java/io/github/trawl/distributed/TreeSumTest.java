package io.github.trawl.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeSumTest {
  /** The tree as it is defined: halves of the next power of two, the right one possibly empty. */
  private static String expected(int start, int size, int leaves) {
    if (size == 1) {
      return Integer.toString(start);
    }
    String left = expected(start, size / 2, leaves);
    return start + size / 2 < leaves
        ? "(" + left + "+" + expected(start + size / 2, size / 2, leaves) + ")"
        : left;
  }

  private static String inOrder(String left, String right) {
    boolean swapped = firstLeaf(left) > firstLeaf(right);
    return swapped ? "(" + right + "+" + left + ")" : "(" + left + "+" + right + ")";
  }

  private static int firstLeaf(String sum) {
    return Integer.parseInt(sum.replaceFirst("^\\(*(\\d+).*", "$1"));
  }

  /** Any division into runs, arriving in any order, is summed along the same tree. */
  @Test
  void followsTheTreeHoweverTheLeavesAreSpread() {
    Random random = new Random(3);
    for (int leaves = 1; leaves <= 37; leaves++) {
      String tree = expected(0, Math.max(1, Integer.highestOneBit(2 * leaves - 1)), leaves);
      for (int tasks = 1; tasks <= leaves; tasks += 3) {
        List<TreeSum.Part<String>> parts = new ArrayList<>();
        for (BlockRange range : BlockRange.divide(leaves, tasks)) {
          TreeSum<String> run = new TreeSum<>(TreeSumTest::inOrder);
          for (int leaf = range.start(); leaf < range.end(); leaf++) {
            run.addLeaf(leaf, Integer.toString(leaf));
          }
          parts.addAll(run.parts());
        }
        Collections.shuffle(parts, random);
        TreeSum<String> sum = new TreeSum<>(TreeSumTest::inOrder);
        parts.forEach(sum::add);
        assertThat(sum.total()).isEqualTo(tree);
      }
    }
  }

  /** What a run sends is one part where runs divide a power of two, and few elsewhere. */
  @Test
  void handsOnFewParts() {
    assertThat(parts(8, 16)).isOne();
    assertThat(parts(0, 1024)).isOne();
    assertThat(parts(1, 1023)).isLessThanOrEqualTo(20);
  }

  @Test
  void hasNoTotalOfNothing() {
    assertThatThrownBy(() -> new TreeSum<>(Integer::sum).total())
        .isInstanceOf(NoSuchElementException.class);
  }

  private static int parts(int start, int end) {
    TreeSum<Integer> sum = new TreeSum<>(Integer::sum);
    for (int leaf = start; leaf < end; leaf++) {
      sum.addLeaf(leaf, leaf);
    }
    return sum.parts().size();
  }
}
