package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.decomposition.CpKernels;
import java.io.Serializable;

/**
 * The result that a task of the rows returns to the driver.
 *
 * @param sums over a subtree of the blocks
 * @param columnGrams BᵀB, R·R values a member, with the subtree of the first block; else null
 */
@SuppressWarnings("ArrayRecordComponent") // A message, read once.
@DefaultSerializer(JavaSerializer.class)
record RowResult(TreeSum.Part<CpKernels.RowSums> sums, double[][] columnGrams)
    implements Serializable {}
