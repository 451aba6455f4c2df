package io.github.trawl.notebook;

/**
 * Estimates how large the singular values of noise alone are.
 *
 * <p>The thresholds of a matrix assume noise with independent entries of one unknown variance. They
 * estimate it by the median of all singular values, so at least half of these must be noise.
 *
 * <p>Sources: Marchenko and Pastur, Distribution of eigenvalues for some sets of random matrices
 * (1967), for the edge; Gavish and Donoho, The optimal hard threshold for singular values is 4/√3
 * (IEEE Transactions on Information Theory 60, 2014; arXiv 1305.5870), for the hard threshold and
 * the estimate by the median.
 */
final class NoiseThreshold {
  /** Steps of the midpoint rule; for this smooth density its error is far below that of float32. */
  private static final int STEPS = 20_000;

  /** The shorter side divided by the longer one, β in the paper. */
  private final double sideRatio;

  /** The standard deviation of the noise times the square root of the longer side. */
  private final double noiseScale;

  private NoiseThreshold(double sideRatio, double noiseScale) {
    this.sideRatio = sideRatio;
    this.noiseScale = noiseScale;
  }

  /**
   * The thresholds of a matrix.
   *
   * @param median the median of all min(rows, columns) singular values
   */
  static NoiseThreshold ofMedian(int rows, int columns, double median) {
    double ratio = (double) Math.min(rows, columns) / Math.max(rows, columns);
    return new NoiseThreshold(ratio, median / Math.sqrt(marchenkoPasturMedian(ratio)));
  }

  /** The largest singular value of noise: the edge of its Marchenko-Pastur distribution. */
  double edge() {
    return noiseScale * (1 + Math.sqrt(sideRatio));
  }

  /**
   * The hard threshold of Gavish and Donoho: setting all smaller singular values to zero recovers
   * the matrix under the noise with the least asymptotic mean squared error of all hard thresholds.
   */
  double hardThreshold() {
    double square = sideRatio * sideRatio + 14 * sideRatio + 1;
    return noiseScale
        * Math.sqrt(2 * (sideRatio + 1) + 8 * sideRatio / (sideRatio + 1 + Math.sqrt(square)));
  }

  /**
   * Estimates the largest component of noise alone in a K×I×J tensor. Its entries are taken to have
   * the variance of the residual. For one slice this is the Marchenko-Pastur edge, and for several
   * the bound √K + √I + √J on the spectral norm of a random tensor (Tomioka and Suzuki, Spectral
   * norm of random tensors, arXiv 1407.1870).
   *
   * @param residual ‖X − M‖, all of which is taken for noise
   */
  static double edgeOfResidual(int depth, int rows, int columns, double residual) {
    double deviation = residual / Math.sqrt((double) depth * rows * columns);
    return deviation * (Math.sqrt(rows) + Math.sqrt(columns) + (depth > 1 ? Math.sqrt(depth) : 0));
  }

  /**
   * Computes the median of the Marchenko-Pastur distribution: that of the squared singular values
   * of noise whose entries have variance 1 / longer side.
   *
   * @param ratio shorter side / longer side, above 0 and at most 1
   */
  static double marchenkoPasturMedian(double ratio) {
    // Substituting point = centre − radius · cos(angle) makes the density smooth at both ends.
    double centre = 1 + ratio;
    double radius = 2 * Math.sqrt(ratio);
    double total = 0;
    for (int i = 0; i < STEPS; i++) {
      double angle = Math.PI * (i + 0.5) / STEPS;
      double point = centre - radius * Math.cos(angle);
      double density = Math.pow(radius * Math.sin(angle), 2) / (2 * Math.PI * ratio * point);
      double share = density * Math.PI / STEPS;
      if (total + share >= 0.5) {
        double within = (i + (0.5 - total) / share) * Math.PI / STEPS;
        return centre - radius * Math.cos(within);
      }
      total += share;
    }
    throw new IllegalArgumentException("the ratio of the sides is not in (0, 1]: " + ratio);
  }
}
