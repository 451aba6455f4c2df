package io.github.trawl.plan;

import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Matrices of one shape that form a 3-way tensor of {@code depth × rows × columns}.
 *
 * @param name unique in its plan and safe as a file name, such as {@code layer-11-fc}
 * @param slices the matrices, oriented as they are stacked, at least one
 */
public record WeightStack(String name, List<WeightSlice> slices) implements Serializable {
  /** Checks that there are slices, all of one shape. */
  public WeightStack {
    slices = List.copyOf(slices);
    if (slices.isEmpty()) {
      throw new IllegalArgumentException("stack " + name + " is empty");
    }
    for (WeightSlice slice : slices) {
      if (slice.rows() != slices.get(0).rows() || slice.columns() != slices.get(0).columns()) {
        throw new IllegalArgumentException(
            "stack %s mixes %s of %d × %d with %s of %d × %d"
                .formatted(
                    name,
                    slices.get(0).label(),
                    slices.get(0).rows(),
                    slices.get(0).columns(),
                    slice.label(),
                    slice.rows(),
                    slice.columns()));
      }
    }
  }

  /** Number of matrices, K. */
  public int depth() {
    return slices.size();
  }

  /** Rows of each matrix, I. */
  public int rows() {
    return slices.get(0).rows();
  }

  /** Columns of each matrix, J. */
  public int columns() {
    return slices.get(0).columns();
  }

  /** The shape of the tensor. */
  public TensorShape shape() {
    return new TensorShape(depth(), rows(), columns());
  }

  /** Bytes of the tensor in float32. */
  public long bytes() {
    return shape().values() * Float.BYTES;
  }

  /** Bytes of the matrices as they are stored. */
  public long storedBytes() {
    return slices.stream()
        .mapToLong(
            slice ->
                (long) slice.rows() * slice.columns() * slice.tensor().dtype().bits() / Byte.SIZE)
        .sum();
  }

  /**
   * Returns the 16-bit format in which all matrices are stored; float32 if they are not all of one
   * such format.
   */
  public ValueFormat storedFormat() {
    Set<DType> types =
        slices.stream().map(slice -> slice.tensor().dtype()).collect(Collectors.toSet());
    if (types.equals(Set.of(DType.BF16))) {
      return ValueFormat.BFLOAT16;
    }
    return types.equals(Set.of(DType.F16)) ? ValueFormat.FLOAT16 : ValueFormat.FLOAT32;
  }
}
