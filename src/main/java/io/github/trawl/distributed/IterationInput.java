package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.NormalEquations;
import java.io.Serializable;

/**
 * What the driver gives to an iteration. With X and the partial MTTKRPs of the columns, B is a
 * function of it; with X and B, so are the rows of A. An executor that has lost its rows solves
 * them again from this, to the bit.
 *
 * @param iteration counts up, over batches too
 * @param sliceFactor C, K×W
 * @param columnSystem the normal equations of the columns; null for the random start
 * @param sliceGrams CᵀC, R·R values a member; null for the random start
 */
@SuppressWarnings("ArrayRecordComponent") // Sent once and only read.
@DefaultSerializer(JavaSerializer.class)
record IterationInput(
    long iteration,
    CpBatch batch,
    float[] sliceFactor,
    NormalEquations columnSystem,
    double[][] sliceGrams)
    implements Serializable {

  /** Whether the factors take their random start instead of being solved. */
  boolean isStart() {
    return columnSystem == null;
  }

  /** The approximate number of bytes that are sent. */
  long bytes() {
    long squares = 0;
    for (int member = 0; member < batch.size(); member++) {
      squares += (long) batch.rank(member) * batch.rank(member);
    }
    return 4L * sliceFactor.length + (isStart() ? 0 : 2 * 8 * squares);
  }
}
