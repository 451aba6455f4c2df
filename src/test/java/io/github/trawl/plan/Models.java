package io.github.trawl.plan;

import io.github.trawl.architecture.MatrixLayout;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Models by their shapes alone. */
record Models(List<MatrixRole> attentionOrder, List<WeightSlice> slices) {
  private static final List<MatrixRole> QKVO =
      List.of(MatrixRole.Q, MatrixRole.K, MatrixRole.V, MatrixRole.O);
  private static final List<MatrixRole> KQVO =
      List.of(MatrixRole.K, MatrixRole.Q, MatrixRole.V, MatrixRole.O);

  /** A model with a feed-forward layer of two matrices. */
  static Models plain(String family, int layers, int hidden, int inner) {
    List<WeightSlice> slices = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (MatrixRole role : QKVO) {
        slices.add(slice(layer, role, hidden, hidden));
      }
      slices.add(slice(layer, MatrixRole.UP, inner, hidden));
      slices.add(slice(layer, MatrixRole.DOWN, hidden, inner));
    }
    return new Models(family.equals("gptj") ? KQVO : QKVO, slices);
  }

  /** A model with a gated feed-forward layer and grouped-query attention. */
  static Models gated(int layers, int hidden, int inner, int queries, int keys) {
    List<WeightSlice> slices = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      slices.add(slice(layer, MatrixRole.Q, queries, hidden));
      slices.add(slice(layer, MatrixRole.K, keys, hidden));
      slices.add(slice(layer, MatrixRole.V, keys, hidden));
      slices.add(slice(layer, MatrixRole.O, hidden, queries));
      slices.add(slice(layer, MatrixRole.GATE, inner, hidden));
      slices.add(slice(layer, MatrixRole.UP, inner, hidden));
      slices.add(slice(layer, MatrixRole.DOWN, hidden, inner));
    }
    return new Models(QKVO, slices);
  }

  /** The same model with another dtype for one matrix. */
  Models with(int layer, MatrixRole role, DType dtype) {
    List<WeightSlice> changed = new ArrayList<>(slices);
    changed.replaceAll(
        slice ->
            slice.layer() == layer && slice.role() == role
                ? slice(layer, role, dtype, slice.rows(), slice.columns())
                : slice);
    return new Models(attentionOrder, changed);
  }

  StackPlan plan(Strategy strategy, String matrices, String layers) {
    Set<MatrixRole> roles = EnumSet.noneOf(MatrixRole.class);
    slices.forEach(slice -> roles.add(slice.role()));
    return new StackPlanner(
            roles, attentionOrder, slices, new StackSelection(strategy, matrices, layers))
        .plan();
  }

  private static WeightSlice slice(int layer, MatrixRole role, int rows, int columns) {
    return slice(layer, role, DType.F32, rows, columns);
  }

  private static WeightSlice slice(int layer, MatrixRole role, DType dtype, int rows, int columns) {
    TensorInfo tensor =
        new TensorInfo(
            "w." + layer + "." + role,
            dtype,
            List.of((long) rows, (long) columns),
            "model.safetensors",
            8,
            (long) rows * columns * dtype.bits() / 8);
    return new WeightSlice(layer, role, tensor, MatrixLayout.whole(rows, columns));
  }
}
