package io.github.trawl.factors;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.FactorMatrices;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.util.List;

/**
 * Converts low-rank tensors of one form, such as Kruskal tensors, to the parts that a factor file
 * holds, and back. {@link FactorCodecs} lists all codecs.
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
   * @throws ArithmeticException if a size exceeds an int; {@link FactorPart.Size#check} refuses
   *     others that can't be
   */
  List<FactorPart.Size> sizes(TensorShape shape, List<Integer> ranks);

  /** Makes a tensor of parts whose values have been read. */
  LowRankTensor tensor(List<Integer> ranks, List<FactorPart> parts);

  /**
   * Makes the off-heap factors of parts whose values have been read. Closing the result closes the
   * parts.
   *
   * @param memory for scratch
   */
  FactorMatrices matrices(List<FloatMatrix> parts, OffHeapMemory memory);

  /**
   * The tensor of the first {@code rank} components.
   *
   * @throws IllegalArgumentException if no smaller tensor of this form is part of a larger one
   */
  LowRankTensor firstComponents(LowRankTensor tensor, int rank);

  /** Refuses a number of ranks other than {@code count}. */
  default void requireRanks(List<Integer> ranks, int count) {
    if (ranks.size() != count) {
      throw new IllegalArgumentException(
          "%d ranks where factors of kind %s have %d".formatted(ranks.size(), kind(), count));
    }
  }
}
