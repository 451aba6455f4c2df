package io.github.trawl.architecture;

import java.util.List;

/**
 * One entry of {@code tensors} in an architecture: the matrices that a tensor of each layer holds.
 *
 * @param name name of the tensor after the layer's prefix
 * @param roles the roles of the matrices in it, in the order in which they are stored
 * @param inputsFirst whether it is stored {@code [in, out]}
 * @param fusion how the matrices share it if there are several
 */
record TensorRule(String name, List<MatrixRole> roles, boolean inputsFirst, Fusion fusion) {
  /** Whether the tensor holds several matrices. */
  boolean isFused() {
    return roles.size() > 1;
  }
}
