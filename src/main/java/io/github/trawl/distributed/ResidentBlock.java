package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;

/**
 * A block of X on this executor with its rows of A. All methods hold the block's lock: attempts of
 * one task that meet on an executor take turns.
 */
final class ResidentBlock {
  private final TensorBlock block;
  private final OffHeapMemory memory;
  private FloatMatrix rows;
  private long sweepOfRows = -1;
  private boolean closed;

  ResidentBlock(TensorBlock block, OffHeapMemory memory) {
    this.block = block;
    this.memory = memory;
  }

  synchronized double squaredNorm() {
    checkOpen();
    return block.squaredNorm();
  }

  /** Solves the block's rows of A for a sweep; always from scratch, so a retry is harmless. */
  synchronized CpKernels.RowSums solveRows(RowUpdate update, FloatMatrix columnFactor) {
    checkOpen();
    FloatMatrix solution = memory.floats(block.rows(), update.batch().width());
    try {
      CpKernels.RowSums sums =
          RowPanels.solve(
              new CpKernels(BlasProvider.blas(), memory), update, block, columnFactor, solution);
      closeRows();
      rows = solution;
      sweepOfRows = update.sweep();
      return sums;
    } catch (RuntimeException | Error e) {
      solution.close();
      throw e;
    }
  }

  /** Whether the rows of A of this sweep are here; else they have to be solved again. */
  synchronized boolean hasRows(RowUpdate update) {
    return sweepOfRows == update.sweep();
  }

  /** Runs {@code work} on the block and its rows of A. */
  synchronized <T> T withRows(RowWork<T> work) {
    checkOpen();
    return work.run(block, rows, memory);
  }

  synchronized void close() {
    if (!closed) {
      closed = true;
      closeRows();
      block.close();
    }
  }

  private void closeRows() {
    if (rows != null) {
      rows.close();
      rows = null;
      sweepOfRows = -1;
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("block of rows from " + block.rowStart() + " was released");
    }
  }

  /** Work on a block and its rows of A. */
  interface RowWork<T> {
    T run(TensorBlock block, FloatMatrix rows, OffHeapMemory memory);
  }
}
