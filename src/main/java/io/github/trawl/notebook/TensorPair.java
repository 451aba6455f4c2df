package io.github.trawl.notebook;

import java.io.Serializable;

/**
 * A tensor of one name and shape in two checkpoints.
 *
 * @param first that of the first checkpoint
 * @param second that of the second
 */
record TensorPair(StoredTensor first, StoredTensor second) implements Serializable {
  /** Whether the numbers of both can be compared; if not, only bytes can. */
  boolean isNumeric() {
    return first.tensor().dtype().isDecodable() && second.tensor().dtype().isDecodable();
  }

  /** Elements, or bytes where numbers can't be compared. */
  long length() {
    return isNumeric() ? ModelTensors.elements(first.tensor()) : first.tensor().length();
  }
}
