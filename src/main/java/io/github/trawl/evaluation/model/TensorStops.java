package io.github.trawl.evaluation.model;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where in the layers the tensors of a model are used first. */
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
   * The last stop before which nothing depends on any of {@code tensors}: the first of all for a
   * tensor that is no weight or bias of a map.
   */
  Stop firstUse(Collection<String> tensors) {
    if (tensors.isEmpty()) {
      return new Stop(blocks.size() - 1, LayerPart.FEED_FORWARD_OUTPUT);
    }
    List<Stop> uses =
        tensors.stream().map(name -> stops.getOrDefault(name, Stop.before(0))).sorted().toList();
    Stop first = uses.get(0);
    // There the attention's stops hold what the feed-forward network gave.
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
