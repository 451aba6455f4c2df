package io.github.trawl.plan;

import io.github.trawl.architecture.WeightSlice;
import java.io.Serializable;
import java.util.List;

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

  /** Bytes of the tensor in float32. */
  public long bytes() {
    return elements() * Float.BYTES;
  }

  private long elements() {
    return (long) depth() * rows() * columns();
  }
}
