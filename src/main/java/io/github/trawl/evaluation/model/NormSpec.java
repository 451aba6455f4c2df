package io.github.trawl.evaluation.model;

/**
 * A normalisation over the last dimension.
 *
 * @param name the tensor without its suffix
 * @param kind the formula
 * @param size features
 * @param epsilon added to the variance, or to the mean square
 */
record NormSpec(String name, Kind kind, int size, double epsilon) {
  /** Formulas; each multiplies by {@code weight}. */
  enum Kind {
    /** Subtracts the mean, divides by the standard deviation, adds {@code bias}. */
    LAYER,
    /** Layer norm whose tensors are stored as {@code gamma} and {@code beta}. */
    LAYER_GAMMA_BETA,
    /** Divides by the root of the mean square. */
    RMS,
    /** As RMS, multiplying by one plus the weight. */
    RMS_PLUS_ONE
  }
}
