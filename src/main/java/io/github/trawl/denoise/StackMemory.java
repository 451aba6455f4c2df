package io.github.trawl.denoise;

import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.plan.WeightStack;

/**
 * What solving a stack in one task has to hold outside the heap at one time. It is a lower bound:
 * with less a solver fails, scratch for panels comes on top, and tasks beside each other need the
 * sum.
 */
public final class StackMemory {
  private StackMemory() {}

  /**
   * Bytes for a stack of K matrices of I×J; for SVD, for one of its matrices.
   *
   * <p>The tensor itself, and for CP the factors of the rows and columns with the basis of the rows
   * that {@linkplain ResidentPasses#basisBytes later iterations go on in}. For SVD the float64 Gram
   * matrix of the shorter side with its eigenvectors and the singular vectors of the longer side;
   * for Tucker the same of the unfolding [K·I, J] with which it starts, or the products of an
   * iteration.
   *
   * @param rank at least 0; 0 where it is not known yet
   * @param maxIterations of CP and Tucker, at least 1
   */
  public static long leastBytes(
      WeightStack stack, DecompositionMethod method, int rank, int maxIterations) {
    long depth = method == DecompositionMethod.SVD ? 1 : stack.depth();
    long rows = stack.rows();
    long columns = stack.columns();
    long values = depth * rows * columns;
    return switch (method) {
      case CP ->
          valueBytes(stack) * values
              + Float.BYTES * (rows + columns) * rank
              + ResidentPasses.basisBytes(
                  stack.depth(), stack.rows(), stack.columns(), maxIterations);
      case SVD ->
          Float.BYTES * (values + Math.max(rows, columns) * rank)
              + eigenvectors(Math.min(rows, columns), rank);
      case TUCKER -> {
        long a = Math.min(rank, rows);
        long b = Math.min(rank, columns);
        long start =
            depth * rows >= columns
                ? eigenvectors(columns, b)
                : eigenvectors(depth * rows, b) + Float.BYTES * columns * b;
        long iteration = Float.BYTES * depth * (rows * b + columns * a);
        yield Float.BYTES * (values + rows * a + columns * b) + Math.max(start, iteration);
      }
    };
  }

  /** Of a Gram matrix; LAPACK is asked for all of them where more than half are wanted. */
  private static long eigenvectors(long order, long count) {
    long pairs = 2 * count > order ? order : count;
    return Double.BYTES * order * (order + pairs);
  }

  private static long valueBytes(WeightStack stack) {
    boolean half =
        stack.slices().stream().map(WeightSlice::tensor).allMatch(t -> t.dtype().bits() == 16)
            && stack.slices().stream().map(s -> s.tensor().dtype()).distinct().count() == 1;
    return half ? Short.BYTES : Float.BYTES;
  }
}
