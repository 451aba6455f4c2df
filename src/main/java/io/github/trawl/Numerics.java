package io.github.trawl;

/** The version of the arithmetic that computes results. */
public final class Numerics {
  /**
   * The version. Every change of the program that may change a bit of a result, on the same
   * processor, BLAS and PyTorch, raises it by one. Such a change concerns the start or the steps of
   * a decomposition, the order of its sums, the reconstruction of matrices from factors and their
   * rounding, the forward pass of a language model, the forming of batches, or a metric. Changes of
   * messages, file layouts, speed or where work runs leave the version as it is.
   *
   * <p>The keys under which a sweep stores finished work contain the version, so one sweep never
   * mixes results of different versions. The version does not cover differences between processors
   * or libraries; {@code trawl.json} records those separately.
   */
  public static final int VERSION = 5;

  private Numerics() {}
}
