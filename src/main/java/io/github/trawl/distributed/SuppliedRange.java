package io.github.trawl.distributed;

import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.spark.storage.RDDBlockId;

/**
 * The range of blocks of a task, with what the task needs to read them. It is made in the task and
 * never sent.
 *
 * @param task index of the task among those that the blocks are divided among
 * @param home the id under which Spark caches the range; the executor that caches it is the home of
 *     the range, see {@link BlockHomes}
 * @param pieces fetches the pieces that were sent to the task; may be called only if {@link
 *     BlockSupply#sendsPieces}
 */
record SuppliedRange(
    int task, BlockRange range, RDDBlockId home, Supplier<Iterator<byte[]>> pieces) {}
