package io.github.trawl.linalg;

/** Passes every call on, for subclasses that change one of them. */
class ForwardingBlas implements Blas {
  private final Blas target;

  ForwardingBlas(Blas target) {
    this.target = target;
  }

  @Override
  public String name() {
    return target.name();
  }

  @Override
  public void multiply(
      float alpha,
      FloatMatrix a,
      boolean transposeA,
      FloatMatrix b,
      boolean transposeB,
      float beta,
      FloatMatrix c) {
    target.multiply(alpha, a, transposeA, b, transposeB, beta, c);
  }

  @Override
  public void multiply(
      double alpha,
      DoubleMatrix a,
      boolean transposeA,
      DoubleMatrix b,
      boolean transposeB,
      double beta,
      DoubleMatrix c) {
    target.multiply(alpha, a, transposeA, b, transposeB, beta, c);
  }

  @Override
  public void gram(DoubleMatrix a, double beta, DoubleMatrix c) {
    target.gram(a, beta, c);
  }

  @Override
  public boolean cholesky(DoubleMatrix matrix) {
    return target.cholesky(matrix);
  }

  @Override
  public void solveCholesky(DoubleMatrix factor, DoubleMatrix b) {
    target.solveCholesky(factor, b);
  }

  @Override
  public void invertCholesky(DoubleMatrix factor) {
    target.invertCholesky(factor);
  }

  @Override
  public void solveTransposed(DoubleMatrix factor, DoubleMatrix b) {
    target.solveTransposed(factor, b);
  }

  @Override
  public void largestEigenpairs(DoubleMatrix symmetric, double[] values, DoubleMatrix vectors) {
    target.largestEigenpairs(symmetric, values, vectors);
  }
}
