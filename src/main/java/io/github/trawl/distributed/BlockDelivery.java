package io.github.trawl.distributed;

import io.github.trawl.tensor.BlockLoader;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;

/**
 * How tasks, among which the rows of a tensor are divided, get their blocks.
 *
 * @param loader makes the blocks in a task
 * @param pieces the {@linkplain io.github.trawl.tensor.TensorExchange.Piece pieces} that are sent
 *     to tasks, each with the index of its task, in any partitions and order; empty if each task
 *     reads its own rows
 */
public record BlockDelivery(BlockLoader loader, Optional<JavaPairRDD<Integer, byte[]>> pieces) {
  /** Checks that nothing is missing. */
  public BlockDelivery {
    Objects.requireNonNull(loader, "loader");
    Objects.requireNonNull(pieces, "pieces");
  }
}
