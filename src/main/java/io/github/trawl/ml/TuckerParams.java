package io.github.trawl.ml;

import org.apache.spark.ml.param.IntArrayParam;

/** Parameters of {@link TuckerDecomposition} and its model. */
public interface TuckerParams extends TensorParams {
  /** The shape of the core: its ranks in the slices, rows and columns. It has no default. */
  IntArrayParam ranks();

  /** The value of {@link #ranks}. */
  default int[] getRanks() {
    return getOrDefault(ranks());
  }
}
