package io.github.trawl.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/** Parameters of {@link CpDecomposition} and its model. */
public interface CpParams extends TensorParams {
  /** The object that holds the parameters of this stage. */
  CpParamSet cp();

  /** The number of components. */
  default IntParam rank() {
    return cp().rank;
  }

  /** The value of {@link #rank}; 10 by default. */
  default int getRank() {
    return (int) getOrDefault(rank());
  }

  /** The seed of the random start. */
  default LongParam seed() {
    return cp().seed;
  }

  /** The value of {@link #seed}; 0 by default. */
  default long getSeed() {
    return (long) getOrDefault(seed());
  }

  /** The distribution of the random start: {@code uniform} or {@code centred}. */
  default Param<String> initMode() {
    return cp().initMode;
  }

  /** The value of {@link #initMode}; {@code uniform} by default. */
  default String getInitMode() {
    return getOrDefault(initMode());
  }

  /** The size in float32, in MB of 2²⁰ bytes, above which a tensor is spread over the executors. */
  default DoubleParam spreadThresholdInMB() {
    return cp().spreadThresholdInMB;
  }

  /** The value of {@link #spreadThresholdInMB}; 1024 by default. */
  default double getSpreadThresholdInMB() {
    return (double) getOrDefault(spreadThresholdInMB());
  }

  /** The largest block of rows of a spread tensor, in MB of 2²⁰ bytes; 0 stands for 64. */
  default DoubleParam maxBlockSizeInMB() {
    return cp().maxBlockSizeInMB;
  }

  /** The value of {@link #maxBlockSizeInMB}; 0 by default. */
  default double getMaxBlockSizeInMB() {
    return (double) getOrDefault(maxBlockSizeInMB());
  }
}
