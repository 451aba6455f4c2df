package io.github.trawl.distributed;

import java.util.function.Consumer;

/** Gives a task the panels of the current B, wherever executors keep them. */
@FunctionalInterface
interface ColumnSource {
  /** The random start, which needs no panels. */
  ColumnSource RANDOM_START = panel -> {};

  /** Hands every panel of columns to {@code consumer}, in any order. */
  void forEach(Consumer<ColumnPanel> consumer);
}
