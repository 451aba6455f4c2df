package io.github.trawl.ml;

import io.github.trawl.tensor.TuckerTensor;

/** A Tucker decomposition as a {@link RowTensor}: W[k] is the transpose of Σ_p c[k,p]·core[p]. */
record TuckerRows(TuckerTensor tensor) implements RowTensor {
  @Override
  public int depth() {
    return tensor.depth();
  }

  @Override
  public int rowRank() {
    return tensor.coreRows();
  }

  @Override
  public int columnRank() {
    return tensor.coreColumns();
  }

  @Override
  public float[] rowFactors() {
    return tensor.a();
  }

  @Override
  public float[] columnFactors() {
    return tensor.b();
  }

  @Override
  public double[] sliceMatrix(int slice) {
    int rows = tensor.coreRows();
    int columns = tensor.coreColumns();
    double[] sliceMatrix = new double[Math.multiplyExact(rows, columns)];
    for (int p = 0; p < tensor.coreDepth(); p++) {
      double weight = tensor.c()[slice * tensor.coreDepth() + p];
      for (int q = 0; q < rows; q++) {
        for (int r = 0; r < columns; r++) {
          sliceMatrix[r * rows + q] += weight * tensor.core()[(p * rows + q) * columns + r];
        }
      }
    }
    return sliceMatrix;
  }
}
