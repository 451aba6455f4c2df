package io.github.trawl.ml;

import io.github.trawl.tensor.KruskalTensor;

/** A CP decomposition as a {@link RowTensor}: W[k] is diagonal, with the values λ[r]·c[k,r]. */
record KruskalRows(KruskalTensor tensor) implements RowTensor {
  @Override
  public int depth() {
    return tensor.depth();
  }

  @Override
  public int rowRank() {
    return tensor.rank();
  }

  @Override
  public int columnRank() {
    return tensor.rank();
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
    int rank = tensor.rank();
    double[] sliceMatrix = new double[Math.multiplyExact(rank, rank)];
    for (int r = 0; r < rank; r++) {
      sliceMatrix[r * rank + r] = (double) tensor.weights()[r] * tensor.c()[slice * rank + r];
    }
    return sliceMatrix;
  }
}
