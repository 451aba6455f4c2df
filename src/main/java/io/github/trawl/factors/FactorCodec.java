package io.github.trawl.factors;

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
   * Returns parts of zeros to read into, in the order of {@link #parts}.
   *
   * @param limit bytes of the file
   * @throws IllegalArgumentException if shape and ranks can't be those of a file of this form
   */
  List<FactorPart> emptyParts(TensorShape shape, List<Integer> ranks, long limit);

  /** The tensor of parts that are filled. */
  LowRankTensor tensor(List<Integer> ranks, List<FactorPart> parts);

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
