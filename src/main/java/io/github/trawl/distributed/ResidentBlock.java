package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;

/**
 * A block of X on this executor with its rows of A. All methods that use the values hold the lock
 * of this object, so that attempts of a task that run on one executor at a time do not interfere.
 */
final class ResidentBlock {
  private final TensorBlock block;
  private final OffHeapMemory memory;

  /** The block's rows of A, of all members of that iteration's batch; null if not solved. */
  private FloatMatrix rows;

  private long iterationOfRows = -1;

  /** The columns of {@link #rows} that belong to {@link #retainedMembers}; null if not needed. */
  private FloatMatrix retained;

  private List<Integer> retainedMembers = List.of();
  private boolean closed;

  ResidentBlock(TensorBlock block, OffHeapMemory memory) {
    this.block = block;
    this.memory = memory;
  }

  /** Bytes of the block of X, without the rows of A. */
  long bytes() {
    return block.bytes();
  }

  synchronized double squaredNorm() {
    checkOpen();
    return block.squaredNorm();
  }

  /**
   * Solves the block's rows of A for an iteration. They do not depend on earlier rows, so a task
   * may be run again.
   */
  synchronized CpKernels.RowSums solveRows(IterationInput input, ColumnCopy columns) {
    checkOpen();
    FloatMatrix solution = memory.floats(block.rows(), input.batch().width());
    try {
      CpKernels.RowSums sums =
          RowPanels.solve(
              new CpKernels(BlasProvider.blas(), memory), input, block, columns, solution);
      closeRows();
      rows = solution;
      iterationOfRows = input.iteration();
      return sums;
    } catch (RuntimeException | Error e) {
      solution.close();
      throw e;
    }
  }

  /**
   * Returns whether the rows of A of this iteration are here. If not, they have to be solved again.
   */
  synchronized boolean hasRows(IterationInput input) {
    return iterationOfRows == input.iteration();
  }

  /**
   * Runs {@code work} on the block and its rows of A.
   *
   * @param members the members of the input's batch whose columns of A are handed over
   * @throws IllegalStateException if the rows are those of another iteration, because a later one
   *     has begun
   */
  synchronized <T> T withRows(IterationInput input, List<Integer> members, RowWork<T> work) {
    checkOpen();
    if (!hasRows(input)) {
      throw new IllegalStateException("iteration " + input.iteration() + " was superseded");
    }
    return work.run(block, rowsOf(input, members));
  }

  private FloatMatrix rowsOf(IterationInput input, List<Integer> members) {
    if (members.size() == input.batch().size()) {
      return rows;
    }
    if (retained == null || !retainedMembers.equals(members)) {
      closeRetained();
      retained = input.batch().retain(members, rows, memory);
      retainedMembers = List.copyOf(members);
    }
    return retained;
  }

  synchronized void close() {
    if (!closed) {
      closed = true;
      closeRows();
      block.close();
    }
  }

  private void closeRows() {
    closeRetained();
    if (rows != null) {
      rows.close();
      rows = null;
      iterationOfRows = -1;
    }
  }

  private void closeRetained() {
    if (retained != null) {
      retained.close();
      retained = null;
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("block of rows from " + block.rowStart() + " was released");
    }
  }

  /** Work on a block and its rows of A. */
  interface RowWork<T> {
    T run(TensorBlock block, FloatMatrix rows);
  }
}
