package io.github.trawl.checkpoint;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * Where a stored tensor lies and how it is laid out.
 *
 * @param name key of the tensor in its shard
 * @param dtype element type
 * @param shape sizes of the dimensions, row-major; empty for a scalar; zero sizes are legal
 * @param file the name of the shard, without directory
 * @param offset the position of the first byte in the file
 * @param length in bytes
 */
public record TensorInfo(
    String name, DType dtype, List<Long> shape, String file, long offset, long length)
    implements Serializable {

  /** Checks that nothing is missing and that sizes are not negative. */
  public TensorInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(file, "file");
    shape = List.copyOf(shape);
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("negative offset " + offset + " or length " + length);
    }
  }
}
