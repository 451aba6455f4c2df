package io.github.trawl.linalg;

/**
 * The BLAS and LAPACK routines that the decompositions use, on off-heap row-major matrices.
 *
 * <p>Implementations run each call on the calling thread alone and give the same bits for the same
 * arguments. They may be called by several threads at once. Matrices must not overlap. Where beta
 * is 0, C is not read. All methods throw {@link IllegalArgumentException} if shapes do not fit.
 */
public interface Blas {
  /** The name and version of the implementation, for logs and provenance. */
  String name();

  /** C ← alpha · op(A) · op(B) + beta · C in float32, where op(M) is M or its transpose. */
  void multiply(
      float alpha,
      FloatMatrix a,
      boolean transposeA,
      FloatMatrix b,
      boolean transposeB,
      float beta,
      FloatMatrix c);

  /** C ← alpha · op(A) · op(B) + beta · C in float64, where op(M) is M or its transpose. */
  void multiply(
      double alpha,
      DoubleMatrix a,
      boolean transposeA,
      DoubleMatrix b,
      boolean transposeB,
      double beta,
      DoubleMatrix c);

  /** C ← AᵀA + beta · C for A of m×n and C of n×n; both triangles of C are set. */
  void gram(DoubleMatrix a, double beta, DoubleMatrix c);

  /**
   * Replaces the lower triangle of the symmetric n×n matrix by its Cholesky factor L (A = LLᵀ).
   *
   * @return false if the matrix is not positive definite; its contents are then undefined
   */
  boolean cholesky(DoubleMatrix matrix);

  /**
   * B ← B · (LLᵀ)⁻¹, for L of n×n in the lower triangle of {@code factor} and B of m×n: each row of
   * B is a right-hand side.
   */
  void solveCholesky(DoubleMatrix factor, DoubleMatrix b);

  /**
   * Replaces the Cholesky factor L in the lower triangle of {@code factor} by the inverse (LLᵀ)⁻¹;
   * both triangles are set.
   */
  void invertCholesky(DoubleMatrix factor);

  /** B ← L⁻ᵀ · B, for L of n×n in the lower triangle of {@code factor} and B of n×m. */
  void solveTransposed(DoubleMatrix factor, DoubleMatrix b);

  /**
   * Computes the largest eigenvalues of a symmetric n×n matrix, in descending order, and their
   * orthonormal eigenvectors.
   *
   * @param symmetric the matrix, of which the lower triangle is read; its contents are destroyed
   * @param values receives the eigenvalues; its length is the number to compute
   * @param vectors receives the eigenvectors as its <em>rows</em>; {@code values.length}×n
   * @throws NotFiniteException if the matrix has values that are not finite
   * @throws ArithmeticException if the iteration does not converge
   */
  void largestEigenpairs(DoubleMatrix symmetric, double[] values, DoubleMatrix vectors);
}
