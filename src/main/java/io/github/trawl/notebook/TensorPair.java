package io.github.trawl.notebook;

import java.io.Serializable;

/**
 * A tensor of one name and shape in two checkpoints.
 *
 * @param first that of the first checkpoint
 * @param second that of the second
 */
record TensorPair(StoredTensor first, StoredTensor second) implements Serializable {
  /** Whether both have floats that can be compared as numbers; if not, bytes are compared. */
  boolean isNumeric() {
    return first.tensor().dtype().isDecodable() && second.tensor().dtype().isDecodable();
  }

  /** The number of elements to compare, or of bytes if the elements are not floats. */
  long length() {
    return isNumeric() ? ModelTensors.elements(first.tensor()) : first.tensor().length();
  }
}
