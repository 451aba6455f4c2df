package io.github.trawl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Layers whose matrices are stacked together.
 *
 * @param name name of the layer, the segment or the model, from which names of stacks are made
 * @param layers the layers, ascending
 */
record LayerGroup(String name, List<Integer> layers) {
  /**
   * Returns the groups into which a strategy divides the selected layers.
   *
   * @param selected indices of layers, ascending
   * @param layers the number of layers of the model
   */
  static List<LayerGroup> of(Strategy strategy, List<Integer> selected, int layers) {
    List<LayerGroup> groups = new ArrayList<>();
    switch (strategy) {
      case LAYER ->
          selected.forEach(layer -> groups.add(new LayerGroup("layer-" + layer, List.of(layer))));
      case SEGMENT -> {
        for (Segment segment : Segment.values()) {
          List<Integer> within =
              selected.stream()
                  .filter(layer -> layer >= segment.from(layers) && layer < segment.to(layers))
                  .toList();
          if (!within.isEmpty()) {
            groups.add(new LayerGroup(segment.key(), within));
          }
        }
      }
      case MODEL -> groups.add(new LayerGroup("model", selected));
    }
    return groups;
  }

  /** Names groups of one plan for messages: {@code layers 0-3, 11} or {@code early, late}. */
  static String describe(List<LayerGroup> groups) {
    if (groups.get(0).name.startsWith("layer-")) {
      List<Integer> layers = groups.stream().flatMap(group -> group.layers.stream()).toList();
      return (layers.size() == 1 ? "layer " : "layers ") + LayerSelection.ranges(layers);
    }
    return groups.stream().map(LayerGroup::name).collect(Collectors.joining(", "));
  }
}
