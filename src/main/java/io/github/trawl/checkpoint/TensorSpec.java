package io.github.trawl.checkpoint;

import java.util.List;
import java.util.Objects;

/**
 * A tensor to be written.
 *
 * @param name key of the tensor; {@code __metadata__} is reserved by the format
 * @param dtype element type
 * @param shape sizes of the dimensions, row-major; empty for a scalar
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {

  /**
   * Checks the name and the shape.
   *
   * @throws IllegalArgumentException if the name is reserved, a size is negative, or the bytes are
   *     not a whole number that fits a long
   */
  public TensorSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    shape = List.copyOf(shape);
    if (name.equals(ShardHeader.METADATA)) {
      throw new IllegalArgumentException("reserved tensor name " + name);
    }
    try {
      TensorSizes.bytes(shape, dtype);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("tensor " + Problems.quote(name) + ": " + e.getMessage());
    }
  }

  /** Bytes of the stored tensor. */
  public long length() {
    return TensorSizes.bytes(shape, dtype);
  }
}
