package io.github.trawl.plan;

import io.github.trawl.architecture.WeightSlice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Stacks that differ in their layer only, which a table shows as one row. */
record StackRow(String name, List<WeightStack> stacks) {
  private static final String LAYER_PREFIX = "layer-";

  /** Groups {@code stacks} into rows, in the order in which they come. */
  static List<StackRow> of(List<WeightStack> stacks) {
    Map<List<Object>, List<WeightStack>> alike = new LinkedHashMap<>();
    for (WeightStack stack : stacks) {
      List<Object> key =
          List.of(pattern(stack), shape(stack), dtypes(stack), content(stack, false));
      alike.computeIfAbsent(key, any -> new ArrayList<>()).add(stack);
    }
    List<StackRow> rows = new ArrayList<>();
    alike.values().forEach(group -> rows.add(new StackRow(name(group), group)));
    return rows;
  }

  WeightStack first() {
    return stacks.get(0);
  }

  /** Bytes of all the stacks in float32. */
  long bytes() {
    return stacks.stream().mapToLong(WeightStack::bytes).sum();
  }

  /** Shape of a stack, as {@code (2, 768, 3072)}. */
  static String shape(WeightStack stack) {
    return "(%d, %d, %d)".formatted(stack.depth(), stack.rows(), stack.columns());
  }

  /** The dtypes of the stored tensors, as {@code BF16} or {@code BF16, F32}. */
  static String dtypes(WeightStack stack) {
    return stack.slices().stream()
        .map(slice -> slice.tensor().dtype().name())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /**
   * The roles of the slices, as {@code gate, up, downT} where T marks a transposed matrix. With the
   * layers if they are asked for and there are several.
   */
  static String content(WeightStack stack, boolean withLayers) {
    String roles =
        stack.slices().stream()
            .map(
                slice ->
                    MatrixSelection.key(slice.role()) + (slice.layout().transposed() ? "T" : ""))
            .distinct()
            .collect(Collectors.joining(", "));
    List<Integer> layers = stack.slices().stream().map(WeightSlice::layer).distinct().toList();
    return withLayers && layers.size() > 1
        ? roles + " of layers " + LayerSelection.ranges(layers)
        : roles;
  }

  /** Returns the stack's name with {@code {i}} for the index of its layer, if it has one. */
  private static String pattern(WeightStack stack) {
    return stack.name().startsWith(LAYER_PREFIX)
        ? stack.name().replaceFirst("\\d+", "{i}")
        : stack.name();
  }

  /** Returns the name for all stacks of a row, such as {@code layer-{0-11}-fc}. */
  private static String name(List<WeightStack> group) {
    WeightStack first = group.get(0);
    if (group.size() == 1) {
      return first.name();
    }
    List<Integer> layers =
        group.stream().map(stack -> stack.slices().get(0).layer()).sorted().toList();
    return first
        .name()
        .replaceFirst("\\d+", "{" + LayerSelection.ranges(layers).replace(" ", "") + "}");
  }
}
