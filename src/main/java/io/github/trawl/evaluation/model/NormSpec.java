package io.github.trawl.evaluation.model;

/**
 * Describes a normalisation over the last dimension.
 *
 * @param name the common part of the tensors' names, before {@code .weight} and the like
 * @param kind the formula
 * @param size the number of features
 * @param epsilon added to the variance, or to the mean square
 */
record NormSpec(String name, Kind kind, int size, double epsilon) {
  /** The formulas. */
  enum Kind {
    /**
     * Subtracts the mean, divides by the standard deviation, multiplies by {@code weight} and adds
     * {@code bias}.
     */
    LAYER,
    /** The same with tensors that are stored as {@code gamma} and {@code beta}. */
    LAYER_GAMMA_BETA,
    /** Divides by the root of the mean square and multiplies by {@code weight}. */
    RMS,
    /** As RMS, but multiplies by 1 + {@code weight} (Gemma). */
    RMS_PLUS_ONE
  }
}
