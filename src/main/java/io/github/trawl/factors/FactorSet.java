package io.github.trawl.factors;

import io.github.trawl.tensor.LowRankTensor;
import java.util.List;
import java.util.Map;

/**
 * The results of one solve of a stack, to be written to a file.
 *
 * @param stack the name of the stack
 * @param slices {@linkplain io.github.trawl.architecture.WeightSlice#label labels} of its matrices,
 *     in the order of the slices
 * @param nested whether there is a single tensor: that of the largest rank, whose first components
 *     are the tensors of the other members
 * @param members the decompositions, at least one
 * @param tensors the tensor of each member; if nested, only the one of the largest rank
 * @param provenance how the factors were computed: further entries of the metadata, by key
 */
public record FactorSet(
    String stack,
    List<String> slices,
    boolean nested,
    List<FactorMember> members,
    List<LowRankTensor> tensors,
    Map<String, String> provenance) {
  /** Checks that every member has its tensor and there is a label for every slice. */
  public FactorSet {
    slices = List.copyOf(slices);
    members = List.copyOf(members);
    tensors = List.copyOf(tensors);
    if (members.isEmpty() || tensors.size() != (nested ? 1 : members.size())) {
      throw new IllegalArgumentException(
          members.size() + " members and " + tensors.size() + " tensors of " + stack);
    }
    for (LowRankTensor tensor : tensors) {
      if (tensor.depth() != slices.size()) {
        throw new IllegalArgumentException(
            "%d labels for the %d slices of %s".formatted(slices.size(), tensor.depth(), stack));
      }
    }
  }
}
