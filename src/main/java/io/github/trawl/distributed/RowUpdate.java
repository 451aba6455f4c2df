package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.NormalEquations;
import java.io.Serializable;

/**
 * All that the rows of A of one sweep are a function of, besides X and B. An executor that has lost
 * its rows solves them again from this, to the bit.
 *
 * @param sweep counts up, over batches too
 * @param sliceFactor C, K×W
 * @param system V of the rows; null while they keep their random start
 */
@SuppressWarnings("ArrayRecordComponent") // Broadcast once and only read.
record RowUpdate(long sweep, CpBatch batch, float[] sliceFactor, NormalEquations system)
    implements Serializable {}
