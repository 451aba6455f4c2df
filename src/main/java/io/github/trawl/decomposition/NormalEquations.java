package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;

/**
 * The systems F · V = M that give one mode's factor F from its MTTKRP M, with a symmetric positive
 * semi-definite V of R×R for each member of a batch.
 *
 * <p>V is inverted in float64, by Cholesky or, where it is numerically singular (components that
 * coincide, a rank above what the tensor has), as a pseudo-inverse. The solution is then the
 * product M·V⁻¹. For the small R of practice a triangular solve takes four times as long as this
 * product, and the bound on its forward error is the same.
 *
 * <p><b>What is singular.</b> V = ZᵀZ for the Khatri-Rao product Z of the other factors, and M = XZ
 * is summed in float32, so that its error is about u·‖X‖·‖Z‖ with u = 2⁻²⁴. Along an eigenvector of
 * V with eigenvalue λ, this causes an error of u·‖X‖·√λmax/λ in F, and of u·‖X‖·√(λmax/λ) in the
 * approximation F·Zᵀ. The latter is orthogonal to the residual and so adds u²·‖X‖²·λmax/λ to the
 * squared error. An eigenvalue of u·λmax or more thus adds at most u·‖X‖², which is the resolution
 * of the squared error in float32; smaller eigenvalues are cut off. So that the scale of a
 * component has no influence, the eigenvalues are those of D⁻¹·V·D⁻¹ with D² = diag(V), whose
 * condition number is within a factor R of the smallest that any diagonal scaling reaches (van der
 * Sluis, Condition Numbers and Equilibration of Matrices, 1969; Higham, Accuracy and Stability of
 * Numerical Algorithms, 2002, section 7.3).
 */
public final class NormalEquations implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The unit roundoff of float32, in which right-hand sides are summed. */
  private static final double UNIT_ROUNDOFF = 0x1p-24;

  private final double[][] inverses;

  private NormalEquations(double[][] inverses) {
    this.inverses = inverses;
  }

  /**
   * Inverts V = {@code left} ∘ {@code right} of every member.
   *
   * @param left the Gram matrices of one of the other modes, R·R values per member
   * @param right the Gram matrices of the other one
   * @throws NotFiniteException if a product of their values is not finite
   */
  public static NormalEquations of(
      Blas blas, OffHeapMemory memory, double[][] left, double[][] right) {
    double[][] inverses = new double[left.length][];
    for (int member = 0; member < left.length; member++) {
      inverses[member] = inverse(blas, memory, left[member], right[member]);
    }
    return new NormalEquations(inverses);
  }

  private static double[] inverse(Blas blas, OffHeapMemory memory, double[] left, double[] right) {
    int rank = (int) Math.round(Math.sqrt(left.length));
    double[] product = new double[left.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = NotFiniteException.check("a sum of products of factors", left[i] * right[i]);
    }
    double[] scales = equilibrate(rank, product);
    double[] inverse = inverse(blas, memory, rank, product);
    for (int row = 0; row < rank; row++) {
      for (int column = 0; column < rank; column++) {
        inverse[row * rank + column] *= scales[row] * scales[column];
      }
    }
    return inverse;
  }

  /**
   * Scales V to a diagonal of ones.
   *
   * @return the diagonal of D⁻¹; 0 for a component that is zero, so that its solution is zero
   */
  private static double[] equilibrate(int rank, double[] v) {
    double[] scales = new double[rank];
    for (int r = 0; r < rank; r++) {
      double square = v[r * rank + r];
      scales[r] = square > 0 ? 1 / Math.sqrt(square) : 0;
    }
    for (int row = 0; row < rank; row++) {
      for (int column = 0; column < rank; column++) {
        v[row * rank + column] *= scales[row] * scales[column];
      }
      v[row * rank + row] = 1;
    }
    return scales;
  }

  private static double[] inverse(Blas blas, OffHeapMemory memory, int rank, double[] v) {
    try (DoubleMatrix factor = memory.doubleScratch(rank, rank)) {
      factor.copyFrom(v);
      if (blas.cholesky(factor)) {
        blas.invertCholesky(factor);
        double[] inverse = factor.toArray();
        // Frobenius norms bound the eigenvalues: where this holds, none would be cut off.
        if (norm(v) * norm(inverse) * UNIT_ROUNDOFF < 1) {
          return inverse;
        }
      }
    }
    return pseudoInverse(blas, memory, rank, v);
  }

  /** Returns a copy of the inverse or pseudo-inverse of a member's V, R·R values. */
  public double[] inverse(int member) {
    return inverses[member].clone();
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /** solution ← right · V⁻¹ of a member, for n×R right-hand sides. */
  void solve(
      Blas blas, OffHeapMemory memory, int member, DoubleMatrix right, DoubleMatrix solution) {
    int rank = right.columns();
    try (DoubleMatrix inverse = memory.doubleScratch(rank, rank)) {
      inverse.copyFrom(inverses[member]);
      blas.multiply(1.0, right, false, inverse, false, 0.0, solution);
    }
  }

  private static double[] pseudoInverse(Blas blas, OffHeapMemory memory, int rank, double[] v) {
    double[] values = new double[rank];
    try (DoubleMatrix symmetric = memory.doubles(rank, rank);
        DoubleMatrix vectors = memory.doubles(rank, rank);
        DoubleMatrix scaled = memory.doubles(rank, rank);
        DoubleMatrix inverse = memory.doubles(rank, rank)) {
      symmetric.copyFrom(v);
      blas.largestEigenpairs(symmetric, values, vectors);
      double cutoff = UNIT_ROUNDOFF * Math.max(values[0], 0);
      for (int i = 0; i < rank; i++) {
        double factor = values[i] > cutoff ? 1 / values[i] : 0;
        for (int j = 0; j < rank; j++) {
          scaled.set(i, j, factor * vectors.get(i, j));
        }
      }
      blas.multiply(1.0, vectors, true, scaled, false, 0.0, inverse);
      return inverse.toArray();
    }
  }
}
