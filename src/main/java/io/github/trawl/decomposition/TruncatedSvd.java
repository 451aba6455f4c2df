package io.github.trawl.decomposition;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Computes the best approximation of one matrix at a given rank: its truncated singular value
 * decomposition (Golub and Van Loan, Matrix Computations, section 2.4), by a deterministic method
 * rather than a randomised one. LASER replaces a weight matrix by it (arXiv 2312.13558).
 *
 * <p>The result is a Kruskal tensor of one slice: the weights are the singular values in descending
 * order, A holds the left and B the right singular vectors, C is 1. In each column of A the entry
 * of the largest magnitude is positive. Singular values below √(n·2⁻⁵²) of the largest one, n being
 * the shorter side, are reported as zero, with columns of zeros; for n = 768 that is 4e-7.
 */
public final class TruncatedSvd {
  private final SingularVectors singularVectors;

  /**
   * A solver.
   *
   * @param memory for scratch: at most 16·n² bytes for the shorter side n, 4·rank for each row of
   *     the longer side, and 8·512·(n + rank) for each thread
   * @param pool the threads to use; the bits of the result do not depend on their number
   */
  public TruncatedSvd(Blas blas, OffHeapMemory memory, PanelPool pool) {
    this.singularVectors = new SingularVectors(blas, memory, pool);
  }

  /**
   * The decomposition of {@code matrix} (I×J, not empty) at {@code rank}; a zero matrix gives a
   * zero tensor. The relative error is √(‖X‖² − Σσ²) / ‖X‖.
   *
   * @throws TrawlException if the rank is not between 1 and min(I, J), or memory runs out
   * @throws NotFiniteException if the matrix has values that are not finite, or a singular value
   *     exceeds the range of float32
   */
  public Decomposition decompose(FloatMatrix matrix, int rank) {
    return decompose(matrix, List.of(rank)).get(0);
  }

  /**
   * Returns the decompositions at several ranks. Only the largest is computed: the decomposition at
   * rank r consists of its first r components.
   *
   * @param ranks at least one
   * @return the decompositions in the order of the ranks, each with the error of its own rank, but
   *     all with the tensor of the largest rank; {@link KruskalTensor#firstComponents} returns the
   *     tensor of a smaller rank
   * @throws TrawlException as {@link #decompose(FloatMatrix, int)}
   */
  public List<Decomposition> decompose(FloatMatrix matrix, List<Integer> ranks) {
    ranks.forEach(rank -> check(matrix, rank));
    int largest = Collections.max(ranks);
    SingularVectors.Triplets triplets =
        singularVectors.triplets(BlockMatrix.stacked(List.of(matrix)), largest);
    float[] weights = new float[largest];
    for (int r = 0; r < largest; r++) {
      weights[r] = (float) triplets.values()[r];
      NotFiniteException.check("a singular value", weights[r]);
    }
    float[] ones = new float[largest];
    Arrays.fill(ones, 1);
    KruskalTensor tensor = new KruskalTensor(weights, ones, triplets.left(), triplets.right());
    return ranks.stream().map(rank -> ofRank(rank, triplets, tensor)).toList();
  }

  private static void check(FloatMatrix matrix, int rank) {
    int limit = Math.min(matrix.rows(), matrix.columns());
    if (limit == 0) {
      throw new IllegalArgumentException(
          "matrix is empty: " + matrix.rows() + " x " + matrix.columns());
    }
    if (rank < 1 || rank > limit) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          String.format(
              "rank %d is not possible for the SVD of a %d x %d matrix; choose 1 to %d",
              rank, matrix.rows(), matrix.columns(), limit));
    }
  }

  private static Decomposition ofRank(
      int rank, SingularVectors.Triplets triplets, KruskalTensor tensor) {
    if (triplets.squaredNorm() == 0) {
      return new Decomposition(tensor, 0, 0, TerminationReason.ZERO_TENSOR, new double[0]);
    }
    double captured = 0;
    for (int r = 0; r < rank; r++) {
      captured += triplets.values()[r] * triplets.values()[r];
    }
    double error = Math.sqrt(Math.max(0, triplets.squaredNorm() - captured));
    return new Decomposition(
        tensor,
        error / Math.sqrt(triplets.squaredNorm()),
        0,
        TerminationReason.DIRECT,
        new double[0]);
  }
}
