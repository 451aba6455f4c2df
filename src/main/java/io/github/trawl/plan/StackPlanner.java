package io.github.trawl.plan;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Groups the selected matrices of a model into stacks. */
final class StackPlanner {
  private final Set<MatrixRole> available;
  private final List<MatrixRole> roles;
  private final MatrixSelection matrices;
  private final StackSelection selection;
  private final Map<Integer, Map<MatrixRole, WeightSlice>> layers = new TreeMap<>();
  private final Remarks remarks = new Remarks();

  StackPlanner(
      Set<MatrixRole> available,
      List<MatrixRole> attentionOrder,
      List<WeightSlice> slices,
      StackSelection selection) {
    this.available = available;
    this.selection = selection;
    this.matrices = MatrixSelection.parse(selection.matrices());
    this.roles = matrices.roles(available, attentionOrder);
    for (WeightSlice slice : slices) {
      layers.computeIfAbsent(slice.layer(), layer -> new HashMap<>()).put(slice.role(), slice);
    }
  }

  StackPlan plan() {
    List<Integer> selected = LayerSelection.select(selection.layers(), layers.size());
    List<WeightStack> stacks = new ArrayList<>();
    for (LayerGroup layerGroup : LayerGroup.of(selection.strategy(), selected, layers.size())) {
      stacks.addAll(stacks(layerGroup));
    }
    return new StackPlan(stacks, remarks.list());
  }

  private List<WeightStack> stacks(LayerGroup layerGroup) {
    Map<Shape, List<WeightSlice>> groups = new LinkedHashMap<>();
    for (int layer : layerGroup.layers()) {
      for (MatrixRole role : roles) {
        WeightSlice slice = layers.get(layer).get(role);
        requireDecodable(slice);
        WeightSlice oriented = matrices.isTransposed(role, available) ? slice.transpose() : slice;
        groups
            .computeIfAbsent(
                new Shape(oriented.rows(), oriented.columns()), shape -> new ArrayList<>())
            .add(oriented);
      }
    }
    remarkOnShapes(layerGroup, groups);
    Set<String> names = new LinkedHashSet<>();
    List<WeightStack> stacks = new ArrayList<>();
    groups.forEach(
        (shape, slices) -> {
          String name =
              layerGroup.name()
                  + "-"
                  + (groups.size() == 1 ? matrices.label() : roleNames(slices, "-"));
          // Two shapes may have the same roles; the later one gets its shape in its name.
          stacks.add(new WeightStack(names.add(name) ? name : name + "-" + shape, slices));
          remarkOnDtypes(layerGroup, slices);
          if (slices.size() == 1) {
            remarks.add(
                layerGroup,
                "%s of %s stands alone, a stack of one matrix"
                    .formatted(roleNames(slices, ", "), shape));
          }
        });
    return stacks;
  }

  private void remarkOnShapes(LayerGroup layerGroup, Map<Shape, List<WeightSlice>> groups) {
    if (groups.size() == 1) {
      return;
    }
    String parts =
        groups.entrySet().stream()
            .map(group -> roleNames(group.getValue(), ", ") + " of " + group.getKey())
            .collect(Collectors.joining("; "));
    String hint = "";
    boolean transposesMatch =
        groups.keySet().stream()
            .anyMatch(
                shape ->
                    shape.rows != shape.columns
                        && groups.containsKey(
                            new Shape(/* rows= */ shape.columns, /* columns= */ shape.rows)));
    if (transposesMatch) {
      hint =
          matrices.isFcSubset()
              ? " (nothing is transposed; --matrices fc transposes as the paper does)"
              : " (nothing is transposed to make shapes equal)";
    }
    remarks.add(layerGroup, "shapes differ, so there is a stack for each: " + parts + hint);
  }

  private void remarkOnDtypes(LayerGroup layerGroup, List<WeightSlice> slices) {
    Set<String> dtypes =
        slices.stream()
            .map(slice -> slice.tensor().dtype().name())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (dtypes.size() > 1) {
      remarks.add(
          layerGroup,
          "%s mix the dtypes %s; each matrix is written back in its own"
              .formatted(roleNames(slices, ", "), String.join(", ", dtypes)));
    }
  }

  private static void requireDecodable(WeightSlice slice) {
    if (!slice.tensor().dtype().isDecodable()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: tensor %s is %s; only F32, F16, BF16 and F64 matrices can be decomposed, select others or convert the checkpoint"
              .formatted(
                  slice.tensor().file(), slice.tensor().name(), slice.tensor().dtype().name()));
    }
  }

  private static String roleNames(List<WeightSlice> slices, String separator) {
    return slices.stream()
        .map(slice -> MatrixSelection.key(slice.role()))
        .distinct()
        .collect(Collectors.joining(separator));
  }

  private record Shape(int rows, int columns) {
    @Override
    public String toString() {
      return rows + "x" + columns;
    }
  }
}
