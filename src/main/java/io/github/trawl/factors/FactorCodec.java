package io.github.trawl.factors;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.FactorMatrices;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TensorShape;
import java.util.List;

/** Stores one form of low-rank tensor in factor files. {@link FactorCodecs} lists them. */
interface FactorCodec {
  /** The name of the form in the files' metadata. */
  String kind();

  /** Whether {@code tensor} has this form. */
  boolean encodes(LowRankTensor tensor);

  /** The ranks that, with the shape, determine the sizes of all parts. */
  List<Integer> ranks(LowRankTensor tensor);

  /** The matrices that make up the tensor. */
  List<FactorPart> parts(LowRankTensor tensor);

  /**
   * Returns the sizes of the parts, in the order of {@link #parts}.
   *
   * @throws IllegalArgumentException if the ranks can't be those of a file of this form
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
   * @throws IllegalArgumentException if tensors of this form have no order of components
   */
  LowRankTensor first(LowRankTensor tensor, int rank);

  /** Refuses a number of ranks other than {@code count}. */
  default void requireRanks(List<Integer> ranks, int count) {
    if (ranks.size() != count) {
      throw new IllegalArgumentException(ranks.size() + " ranks for kind " + kind());
    }
  }
}
