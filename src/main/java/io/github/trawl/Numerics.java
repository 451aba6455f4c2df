package io.github.trawl;

/** Which version of our arithmetic makes results. */
public final class Numerics {
  /**
   * The version. It is raised, by one, by every change of the program after which a bit of a result
   * may be another one on the same processor, BLAS and PyTorch: of the start or the steps of a
   * decomposition, the order of its sums, the making of matrices from factors and their rounding,
   * the passes of a language model, the forming of batches, or a measure of a score. Changed
   * messages, file layouts, speeds and placements leave it as it is.
   *
   * <p>Results of different versions are never mixed: keys of finished work hold it. What a
   * processor or a library changes is not in it; {@code trawl.json} names those beside it.
   */
  public static final int VERSION = 2;

  private Numerics() {}
}
