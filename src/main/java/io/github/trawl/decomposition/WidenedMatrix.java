package io.github.trawl.decomposition;

import io.github.trawl.linalg.DoubleMatrix;

/** A matrix of 32-bit or 16-bit values that is read as float64, a part at a time. */
interface WidenedMatrix {
  int rows();

  int columns();

  /** Fills {@code target} with the elements from ({@code rowStart}, {@code columnStart}) on. */
  void read(int rowStart, int columnStart, DoubleMatrix target);
}
