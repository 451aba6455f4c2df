package io.github.trawl.notebook;

/**
 * How large singular values are that noise alone makes.
 *
 * <p>Both thresholds take the noise to be independent entries of one unknown variance, and estimate
 * it by the median of all singular values: at least half of them must be noise.
 *
 * <p>Sources: Marchenko and Pastur, Distribution of eigenvalues for some sets of random matrices
 * (1967), for the edge; Gavish and Donoho, The optimal hard threshold for singular values is 4/√3
 * (IEEE Transactions on Information Theory 60, 2014; arXiv 1305.5870), for the hard threshold and
 * the estimate by the median.
 */
final class NoiseThreshold {
  /** The midpoint rule over a smooth function: its error is far below that of float32. */
  private static final int STEPS = 20_000;

  private final double sideRatio;
  private final double noise;

  private NoiseThreshold(double sideRatio, double noise) {
    this.sideRatio = sideRatio;
    this.noise = noise;
  }

  /**
   * The thresholds of a matrix.
   *
   * @param median of all min(rows, columns) singular values
   */
  static NoiseThreshold ofMedian(int rows, int columns, double median) {
    double ratio = (double) Math.min(rows, columns) / Math.max(rows, columns);
    return new NoiseThreshold(ratio, median / Math.sqrt(medianOfSquares(ratio)));
  }

  /** The largest singular value of noise: the edge of its Marchenko-Pastur distribution. */
  double edge() {
    return noise * (1 + Math.sqrt(sideRatio));
  }

  /**
   * The singular value below which setting components to zero brings a matrix closer to what lies
   * under the noise, whatever that is.
   */
  double hardThreshold() {
    double square = sideRatio * sideRatio + 14 * sideRatio + 1;
    return noise
        * Math.sqrt(2 * (sideRatio + 1) + 8 * sideRatio / (sideRatio + 1 + Math.sqrt(square)));
  }

  /**
   * The largest component that remains of noise in a tensor of K×I×J: the edge for one slice, and
   * for several the bound √K + √I + √J of a random tensor's spectral norm (Tomioka and Suzuki,
   * Spectral norm of random tensors, arXiv 1407.1870).
   *
   * @param residual ‖X − M‖, taken for noise as a whole
   */
  static double ofResidual(int depth, int rows, int columns, double residual) {
    double deviation = residual / Math.sqrt((double) depth * rows * columns);
    return deviation * (Math.sqrt(rows) + Math.sqrt(columns) + (depth > 1 ? Math.sqrt(depth) : 0));
  }

  /**
   * The median of the Marchenko-Pastur distribution of squared singular values, of noise of
   * variance 1 / longer side.
   */
  static double medianOfSquares(double ratio) {
    // With t = centre − radius · cos θ the density has no singular ends.
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
    throw new IllegalArgumentException("no distribution has the ratio " + ratio);
  }
}
