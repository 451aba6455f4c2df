package io.github.trawl.tensor;

import java.io.Serializable;

/**
 * The shape of a 3-way tensor: K slices of I×J.
 *
 * @param depth the number of slices, K ≥ 1
 * @param rows of a slice, I ≥ 1
 * @param columns of a slice, J ≥ 1
 */
public record TensorShape(int depth, int rows, int columns) implements Serializable {
  /** Checks that no dimension is empty. */
  public TensorShape {
    if (depth < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "tensor dimensions must be at least 1: (" + depth + ", " + rows + ", " + columns + ")");
    }
  }

  /** The number of values, K·I·J. */
  public long values() {
    return (long) depth * rows * columns;
  }

  /** The shorter side of a slice, min(I, J): the largest rank that a slice can have. */
  public int shorterSide() {
    return Math.min(rows, columns);
  }

  /** As {@code (2, 768, 3072)}. */
  @Override
  public String toString() {
    return "(" + depth + ", " + rows + ", " + columns + ")";
  }
}
