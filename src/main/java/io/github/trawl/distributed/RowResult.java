package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.decomposition.CpKernels;
import java.io.Serializable;

/**
 * One of the results that a task of the first pass returns to the driver.
 *
 * @param sums the sums over a subtree of the blocks
 * @param columnGrams BᵀB, R·R values per member, if the subtree holds the first block; null
 *     otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // A message, read once.
@DefaultSerializer(JavaSerializer.class)
record RowResult(TreeSum.Part<CpKernels.RowSums> sums, double[][] columnGrams)
    implements Serializable {}
