package io.github.trawl.distributed;

import io.github.trawl.tensor.BlockLoader;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;

/**
 * How the tasks of one division of a tensor's rows get their blocks.
 *
 * @param loader makes the blocks in a task
 * @param pieces the pieces that the tasks are sent, each with the index of its task, in any
 *     partitions and order; empty if each task reads its own rows
 */
public record BlockDelivery(BlockLoader loader, Optional<JavaPairRDD<Integer, byte[]>> pieces) {
  /** Checks that nothing is missing. */
  public BlockDelivery {
    Objects.requireNonNull(loader, "loader");
    Objects.requireNonNull(pieces, "pieces");
  }
}
