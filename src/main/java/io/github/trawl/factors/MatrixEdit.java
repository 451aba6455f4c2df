package io.github.trawl.factors;

import io.github.trawl.architecture.WeightSlice;
import java.io.Serializable;

/**
 * A matrix that is replaced by a slice of a low-rank tensor, or, as a control, changed at random by
 * the same amount.
 *
 * @param slice the matrix, oriented as it was stacked
 * @param factors the decomposition of its stack
 * @param index which slice of the stack it is, from 0
 * @param asControl 0 to replace the matrix by the slice of the tensor; else the number of a {@link
 *     RandomChange} that takes its place
 */
public record MatrixEdit(WeightSlice slice, FactorRef factors, int index, int asControl)
    implements Serializable {
  /** Checks that {@code asControl} is not negative. */
  public MatrixEdit {
    if (asControl < 0) {
      throw new IllegalArgumentException("control must not be negative: " + asControl);
    }
  }

  /** Replaces the matrix by the slice of the tensor. */
  public MatrixEdit(WeightSlice slice, FactorRef factors, int index) {
    this(slice, factors, index, 0);
  }

  /**
   * Returns the control with this number, at least 1: a random change that is as large as this
   * edit. Only {@link Reassembly#values} applies it; checkpoints are never written with controls.
   */
  public MatrixEdit asControl(int number) {
    return new MatrixEdit(slice, factors, index, number);
  }
}
