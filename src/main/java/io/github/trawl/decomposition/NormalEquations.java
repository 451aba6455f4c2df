package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;

/**
 * The systems F · V = M that give one mode's factors from its MTTKRP, a symmetric positive
 * semi-definite V of R×R for each member of a batch.
 *
 * <p>V is inverted in float64, by Cholesky or, where it is numerically singular (components that
 * coincide, a rank above what the tensor has), as a pseudo-inverse. The solution is then a product:
 * for the small R of practice a triangular solve runs at a quarter of its speed, and its forward
 * error has the same bound.
 */
public final class NormalEquations implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Below this ratio of the extreme pivots, the Cholesky solution is mostly noise. */
  private static final double SMALLEST_PIVOT_RATIO = 1e-7;

  private static final double EIGENVALUE_CUTOFF = 1e-12;

  private final double[][] inverses;

  private NormalEquations(double[][] inverses) {
    this.inverses = inverses;
  }

  /**
   * Inverts V = {@code left} ∘ {@code right} of every member.
   *
   * @param left the Gram matrices of one of the other modes, R·R values a member
   * @param right those of the other
   */
  public static NormalEquations of(
      Blas blas, OffHeapMemory memory, double[][] left, double[][] right) {
    double[][] inverses = new double[left.length][];
    for (int member = 0; member < left.length; member++) {
      double[] product = new double[left[member].length];
      for (int i = 0; i < product.length; i++) {
        product[i] = left[member][i] * right[member][i];
      }
      int rank = (int) Math.round(Math.sqrt(product.length));
      try (DoubleMatrix v = memory.doubleScratch(rank, rank)) {
        v.copyFrom(product);
        if (blas.cholesky(v) && pivotRatio(v) > SMALLEST_PIVOT_RATIO) {
          blas.invertCholesky(v);
          inverses[member] = v.toArray();
        } else {
          inverses[member] = pseudoInverse(blas, memory, rank, product);
        }
      }
    }
    return new NormalEquations(inverses);
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

  /** The smallest pivot of a Cholesky factor over the largest. */
  static double pivotRatio(DoubleMatrix factor) {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = 0;
    for (int i = 0; i < factor.rows(); i++) {
      double pivot = factor.get(i, i);
      smallest = Math.min(smallest, pivot);
      largest = Math.max(largest, pivot);
    }
    return smallest / largest;
  }

  private static double[] pseudoInverse(Blas blas, OffHeapMemory memory, int rank, double[] v) {
    double[] values = new double[rank];
    try (DoubleMatrix symmetric = memory.doubles(rank, rank);
        DoubleMatrix vectors = memory.doubles(rank, rank);
        DoubleMatrix scaled = memory.doubles(rank, rank);
        DoubleMatrix inverse = memory.doubles(rank, rank)) {
      symmetric.copyFrom(v);
      blas.largestEigenpairs(symmetric, values, vectors);
      double cutoff = EIGENVALUE_CUTOFF * Math.max(values[0], 0);
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
