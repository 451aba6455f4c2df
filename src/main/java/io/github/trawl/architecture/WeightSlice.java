package io.github.trawl.architecture;

import io.github.trawl.checkpoint.TensorInfo;
import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;

/**
 * A logical weight matrix that is stored in a tensor or a part of it. It is oriented {@code [out,
 * in]}, as in PyTorch's {@code nn.Linear}, unless its layout is transposed.
 *
 * @param layer index of the layer, from 0
 * @param role what the matrix does in the layer
 * @param tensor the tensor that stores it, two-dimensional
 * @param layout how the matrix lies in the tensor
 */
public record WeightSlice(int layer, MatrixRole role, TensorInfo tensor, MatrixLayout layout)
    implements Serializable {

  /** Checks that the layout lies within the tensor. */
  public WeightSlice {
    Objects.requireNonNull(role, "role");
    if (layer < 0) {
      throw new IllegalArgumentException("layer " + layer + " is negative");
    }
    if (tensor.shape().size() != 2
        || layout.storedRows().end() > tensor.shape().get(0)
        || layout.storedColumns().end() > tensor.shape().get(1)) {
      throw new IllegalArgumentException(
          "%s does not fit in tensor %s of shape %s"
              .formatted(layout, tensor.name(), tensor.shape()));
    }
  }

  /** Rows of the logical matrix. */
  public int rows() {
    return layout.rows();
  }

  /** Columns of the logical matrix. */
  public int columns() {
    return layout.columns();
  }

  /** The same weights as a transposed matrix. */
  public WeightSlice transpose() {
    return new WeightSlice(layer, role, tensor, layout.transpose());
  }

  /** Names the matrix in messages, such as {@code layer 11 UP (h.11.mlp.c_fc.weight)T}. */
  public String label() {
    return String.format(
        Locale.ROOT,
        "layer %d %s (%s)%s",
        layer,
        role,
        tensor.name(),
        layout.transposed() ? "T" : "");
  }
}
