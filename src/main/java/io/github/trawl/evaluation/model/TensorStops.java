package io.github.trawl.evaluation.model;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the stop up to which a batch can run before some tensors of a model are used. */
final class TensorStops {
  private final List<BlockSpec> blocks;
  private final Map<String, Stop> stops = new HashMap<>();

  /**
   * @param blocks all layers
   */
  TensorStops(List<BlockSpec> blocks) {
    this.blocks = blocks;
    for (int layer = 0; layer < blocks.size(); layer++) {
      add(blocks.get(layer), layer);
    }
  }

  private void add(BlockSpec block, int layer) {
    AttentionSpec attention = block.attention();
    add(attention.input(), new Stop(layer, LayerPart.ATTENTION));
    add(attention.output(), new Stop(layer, LayerPart.ATTENTION_OUTPUT));
    add(block.feedForward().up(), new Stop(layer, LayerPart.FEED_FORWARD));
    add(block.feedForward().down(), new Stop(layer, LayerPart.FEED_FORWARD_OUTPUT));
  }

  private void add(LinearSpec map, Stop stop) {
    for (String name : map.names()) {
      for (String suffix : List.of(".weight", ".bias")) {
        stops.merge(name + suffix, stop, (one, other) -> one.compareTo(other) < 0 ? one : other);
      }
    }
  }

  /**
   * Returns the last stop whose states depend on none of {@code tensors}; the input of the first
   * layer if one of them is not a weight or bias of a linear map in a layer.
   */
  Stop firstUse(Collection<String> tensors) {
    if (tensors.isEmpty()) {
      return new Stop(blocks.size() - 1, LayerPart.FEED_FORWARD_OUTPUT);
    }
    List<Stop> uses =
        tensors.stream().map(name -> stops.getOrDefault(name, Stop.before(0))).sorted().toList();
    Stop first = uses.get(0);
    // In a parallel layer, states at the attention include the result of the feed-forward network.
    boolean both =
        blocks.get(first.layer()).parallel()
            && first.next().compareTo(LayerPart.FEED_FORWARD) < 0
            && uses.stream()
                .anyMatch(
                    use ->
                        use.layer() == first.layer()
                            && use.next().compareTo(LayerPart.FEED_FORWARD) >= 0);
    return both ? Stop.before(first.layer()) : first;
  }
}
