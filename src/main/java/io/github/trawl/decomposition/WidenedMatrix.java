package io.github.trawl.decomposition;

import io.github.trawl.linalg.DoubleMatrix;

/** A matrix that is kept in fewer bits and read as float64 piece by piece. */
interface WidenedMatrix {
  int rows();

  int columns();

  /** Fills {@code target} with the elements from ({@code rowStart}, {@code columnStart}) on. */
  void read(int rowStart, int columnStart, DoubleMatrix target);
}
