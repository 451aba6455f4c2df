package io.github.trawl.factors;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.FactorMatrices;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.util.List;

/**
 * Converts low-rank tensors of one form, such as Kruskal tensors, to the {@linkplain FactorPart
 * parts} that a factor file holds, and back. {@link FactorCodecs} lists all codecs.
 */
interface FactorCodec {
  /** The name of the form in the files' metadata. */
  String kind();

  /** Whether {@code tensor} is of this form. */
  boolean encodes(LowRankTensor tensor);

  /** The ranks that, with the shape, determine the sizes of all parts. */
  List<Integer> ranks(LowRankTensor tensor);

  /** The parts that make up the tensor: its factor matrices, and its core or weights. */
  List<FactorPart> parts(LowRankTensor tensor);

  /**
   * Returns the sizes of the parts, in the order of {@link #parts}.
   *
   * @throws IllegalArgumentException if tensors of this form have another number of ranks
   * @throws ArithmeticException if a number of rows exceeds an int; other impossible sizes are
   *     returned, and refused by {@link FactorPart.Size#check}
   */
  List<FactorPart.Size> sizes(TensorShape shape, List<Integer> ranks);

  /** Makes a tensor of parts whose values have been read. */
  LowRankTensor tensor(List<Integer> ranks, List<FactorPart> parts);

  /**
   * Makes the off-heap factors of parts whose values have been read. Closing the result closes the
   * parts.
   *
   * @param memory from which the result takes scratch space
   */
  FactorMatrices matrices(List<FloatMatrix> parts, OffHeapMemory memory);

  /**
   * The tensor of the first {@code rank} components.
   *
   * @throws IllegalArgumentException if tensors of this form can't be cut to a smaller rank
   */
  LowRankTensor firstComponents(LowRankTensor tensor, int rank);

  /** Throws an {@link IllegalArgumentException} unless there are {@code count} ranks. */
  default void requireRanks(List<Integer> ranks, int count) {
    if (ranks.size() != count) {
      throw new IllegalArgumentException(
          "%d ranks where factors of kind %s have %d".formatted(ranks.size(), kind(), count));
    }
  }
}
