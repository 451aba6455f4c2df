package io.github.trawl.distributed;

import io.github.trawl.tensor.Panels;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of one task: those from {@code start} up to {@code end}.
 *
 * @param start index of the first block
 * @param end one past the last block
 */
record BlockRange(int start, int end) implements Serializable {

  int size() {
    return end - start;
  }

  /** {@code blocks} blocks divided among at most {@code tasks} tasks. */
  static List<BlockRange> divide(int blocks, int tasks) {
    Panels shares = new Panels(blocks, Math.min(blocks, tasks));
    List<BlockRange> ranges = new ArrayList<>(shares.count());
    for (int share = 0; share < shares.count(); share++) {
      ranges.add(new BlockRange(shares.start(share), shares.start(share + 1)));
    }
    return ranges;
  }
}
