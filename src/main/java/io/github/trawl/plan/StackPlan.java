package io.github.trawl.plan;

import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import java.util.List;
import java.util.Locale;

/**
 * The stacks of a selection.
 *
 * @param stacks in the order of the layers
 * @param remarks on stacks that were split by shape, mix dtypes or hold one matrix; one sentence
 *     each
 */
public record StackPlan(List<WeightStack> stacks, List<String> remarks) {
  /** Copies the lists. */
  public StackPlan {
    stacks = List.copyOf(stacks);
    remarks = List.copyOf(remarks);
  }

  /**
   * Plans the stacks of {@code selection} for {@code checkpoint}.
   *
   * <p>The matrices of a layer, a segment or the model are stacked in the order of the layers. If
   * their shapes differ, there is a stack for each shape, and a remark says so.
   *
   * @throws TrawlException of category {@code USAGE} if the selection asks for layers or matrices
   *     that the model does not have; of category {@code BAD_INPUT} if the checkpoint does not fit
   *     the architecture or a selected matrix has a dtype that can't be decomposed
   */
  public static StackPlan create(
      Architecture architecture, Checkpoint checkpoint, StackSelection selection) {
    return create(architecture, architecture.slices(checkpoint), selection);
  }

  /** Every matrix of the stacks as a stack of its own, named by its layer and role. */
  public List<WeightStack> matrices() {
    return stacks.stream()
        .flatMap(stack -> stack.slices().stream())
        .map(slice -> new WeightStack(name(slice), List.of(slice)))
        .toList();
  }

  private static String name(WeightSlice slice) {
    return "layer-" + slice.layer() + "-" + slice.role().name().toLowerCase(Locale.ROOT);
  }

  static StackPlan create(
      Architecture architecture, List<WeightSlice> slices, StackSelection selection) {
    return new StackPlanner(architecture.roles(), architecture.attentionOrder(), slices, selection)
        .plan();
  }
}
