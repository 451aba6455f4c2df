package io.github.trawl.factors;

import io.github.trawl.tensor.TensorShape;
import java.util.List;

/**
 * The metadata of a factor file.
 *
 * @param kind the form of all tensors in the file, as {@link FactorCodec#kind}
 * @param stack the name of the stack
 * @param shape of the stack
 * @param slices {@linkplain io.github.trawl.architecture.WeightSlice#label labels} of its matrices,
 *     in the order of the slices
 * @param method that solved it; {@code unknown} if the file does not say
 * @param numerics the {@linkplain io.github.trawl.Numerics#VERSION version of the arithmetic} that
 *     made the factors; 0 if the file does not say
 * @param nested whether the file stores one tensor, of the largest rank, whose first r components
 *     are the decomposition of rank r
 * @param members the decompositions that were asked for
 * @param tensors those stored: one for each member, or a single one that serves all
 */
public record FactorHeader(
    String kind,
    String stack,
    TensorShape shape,
    List<String> slices,
    String method,
    int numerics,
    boolean nested,
    List<FactorMember> members,
    List<StoredTensor> tensors) {

  /**
   * A tensor in the file.
   *
   * @param ranks that, with the shape, determine the sizes of its parts
   * @param batches the number of record batches that hold it; the batches of the tensors follow
   *     each other in the file
   */
  record StoredTensor(List<Integer> ranks, int batches) {}

  /** The member of this name; null if there is none. */
  FactorMember member(String name) {
    return members.stream().filter(member -> member.name().equals(name)).findFirst().orElse(null);
  }

  /**
   * Returns the index of the stored tensor that holds a decomposition.
   *
   * @throws IllegalArgumentException if none does
   */
  int tensorIndex(FactorRef ref) {
    if (nested && ref.rank() >= 1 && ref.rank() <= tensors.get(0).ranks().get(0)) {
      return 0;
    }
    for (int i = 0; i < members.size() && !nested; i++) {
      if (members.get(i).rank() == ref.rank() && members.get(i).seed() == ref.seed()) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "no factors of rank %d and seed %d".formatted(ref.rank(), ref.seed()));
  }

  /** Returns the index of the first record batch of a stored tensor. */
  int firstBatch(int tensor) {
    return tensors.subList(0, tensor).stream().mapToInt(StoredTensor::batches).sum();
  }
}
