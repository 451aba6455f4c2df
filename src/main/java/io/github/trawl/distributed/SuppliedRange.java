package io.github.trawl.distributed;

import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.spark.storage.RDDBlockId;

/**
 * The range of blocks of a task, with what it needs to read them. It does not leave its task.
 *
 * @param task index of the task among those that the blocks are divided among
 * @param home the id under which Spark's storage caches the range, which tells where the range is
 *     at home
 * @param pieces the pieces that readers have sent the task, fetched when asked for; empty if the
 *     tensor is not exchanged
 */
record SuppliedRange(
    int task, BlockRange range, RDDBlockId home, Supplier<Iterator<byte[]>> pieces) {}
