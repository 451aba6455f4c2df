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
  /** The units of {@code strategy} for the {@code selected} of a model's {@code layers} layers. */
  static List<LayerGroup> of(Strategy strategy, List<Integer> selected, int layers) {
    List<LayerGroup> units = new ArrayList<>();
    switch (strategy) {
      case LAYER ->
          selected.forEach(layer -> units.add(new LayerGroup("layer-" + layer, List.of(layer))));
      case SEGMENT -> {
        for (Segment segment : Segment.values()) {
          List<Integer> within =
              selected.stream()
                  .filter(layer -> layer >= segment.from(layers) && layer < segment.to(layers))
                  .toList();
          if (!within.isEmpty()) {
            units.add(new LayerGroup(segment.key(), within));
          }
        }
      }
      case MODEL -> units.add(new LayerGroup("model", selected));
    }
    return units;
  }

  /** Describes several units of one plan in messages. */
  static String describe(List<LayerGroup> units) {
    if (units.get(0).name.startsWith("layer-")) {
      List<Integer> layers = units.stream().flatMap(unit -> unit.layers.stream()).toList();
      return (layers.size() == 1 ? "layer " : "layers ") + LayerSelection.ranges(layers);
    }
    return units.stream().map(LayerGroup::name).collect(Collectors.joining(", "));
  }
}
