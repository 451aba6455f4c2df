package io.github.trawl.distributed;

import java.util.function.Consumer;

/** Where a task gets the current B from: the panels that other executors keep. */
@FunctionalInterface
interface ColumnSource {
  /** The random start, which needs no panels. */
  ColumnSource RANDOM_START = panel -> {};

  /** Hands every panel of columns to {@code consumer}, in any order. */
  void forEach(Consumer<ColumnPanel> consumer);
}
