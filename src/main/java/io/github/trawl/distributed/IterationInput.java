package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.NormalEquations;
import java.io.Serializable;

/**
 * The values that the driver sends to the tasks of an iteration. They and the MTTKRP of the columns
 * determine B; they, X and B determine A. An executor that does not have the rows of A of a block
 * solves them again from these values, to the same bits.
 *
 * @param iteration the number of the iteration, which increases through all batches of a solve
 * @param sliceFactor C, K×W
 * @param columnSystem the normal equations of the columns; null for the random start
 * @param sliceGrams CᵀC, R·R values per member; null for the random start
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
