package io.github.trawl.factors;

import io.github.trawl.architecture.WeightSlice;
import java.io.Serializable;

/**
 * A matrix that is replaced by a slice of a low-rank tensor, or, as a control, changed at random by
 * as much.
 *
 * @param slice the matrix, oriented as it was stacked
 * @param factors those of its stack
 * @param index which slice of the stack it is
 * @param control 0 for the slice of the tensor; else the number of a {@link RandomChange}
 */
public record MatrixEdit(WeightSlice slice, FactorRef factors, int index, int control)
    implements Serializable {
  /** Checks the number. */
  public MatrixEdit {
    if (control < 0) {
      throw new IllegalArgumentException("control " + control);
    }
  }

  /** Replaces the matrix by the slice of the tensor. */
  public MatrixEdit(WeightSlice slice, FactorRef factors, int index) {
    this(slice, factors, index, 0);
  }

  /**
   * The random change of the same size with this number, at least 1. Only {@link Reassembly#values}
   * can make it: no checkpoint is written of controls.
   */
  public MatrixEdit control(int number) {
    return new MatrixEdit(slice, factors, index, number);
  }
}
