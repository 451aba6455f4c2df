package io.github.trawl.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Parameters of every estimator and model of this package, by MLlib's names. */
public interface TensorParams extends Params {
  /** The object that holds the parameters of this stage. */
  CommonParams common();

  /** Column of the vectors: the values of one row of one slice. */
  default Param<String> featuresCol() {
    return common().featuresCol;
  }

  /** The value of {@link #featuresCol}; {@code features} by default. */
  default String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  /** Column with the slice of a row: whole numbers or strings. */
  default Param<String> sliceCol() {
    return common().sliceCol;
  }

  /** The value of {@link #sliceCol}; {@code slice} by default. */
  default String getSliceCol() {
    return getOrDefault(sliceCol());
  }

  /** Column with the id of the row in its slice: whole numbers, not necessarily from 0. */
  default Param<String> rowCol() {
    return common().rowCol;
  }

  /** The value of {@link #rowCol}; {@code row} by default. */
  default String getRowCol() {
    return getOrDefault(rowCol());
  }

  /**
   * Name of a column that a model adds: the row computed from the factors, a dense vector. Empty
   * for none.
   */
  default Param<String> outputCol() {
    return common().outputCol;
  }

  /** The value of {@link #outputCol}; {@code output} by default. */
  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  /** Name of a column that a model adds: the factor of the row, a dense vector. Empty for none. */
  default Param<String> factorCol() {
    return common().factorCol;
  }

  /** The value of {@link #factorCol}; empty by default. */
  default String getFactorCol() {
    return getOrDefault(factorCol());
  }

  /**
   * What fitting does with a row that it can't use because a value is null or not finite, or a
   * slice lacks the row: {@code error} throws, {@code skip} leaves the row out of all slices.
   */
  default Param<String> handleInvalid() {
    return common().handleInvalid;
  }

  /** The value of {@link #handleInvalid}; {@code error} by default. */
  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  /**
   * What a model does with rows that it was not fitted to: {@code project} computes the factor
   * whose row is closest to the features, {@code nan} gives vectors of NaN, {@code drop} leaves the
   * rows out.
   */
  default Param<String> coldStartStrategy() {
    return common().coldStartStrategy;
  }

  /** The value of {@link #coldStartStrategy}; {@code project} by default. */
  default String getColdStartStrategy() {
    return getOrDefault(coldStartStrategy());
  }

  /** The largest number of iterations. */
  default IntParam maxIter() {
    return common().maxIter;
  }

  /** The value of {@link #maxIter}; 100 by default. */
  default int getMaxIter() {
    return (int) getOrDefault(maxIter());
  }

  /** Iterations end when the relative error changes by less than this twice in a row. */
  default DoubleParam tol() {
    return common().tol;
  }

  /** The value of {@link #tol}; 1e-7 for CP and 1e-4 for Tucker by default. */
  default double getTol() {
    return (double) getOrDefault(tol());
  }

  /** The most memory outside the heap that a process uses, in MB of 2²⁰ bytes. */
  default IntParam maxMemoryInMB() {
    return common().maxMemoryInMB;
  }

  /** The value of {@link #maxMemoryInMB}; 4096 by default. */
  default int getMaxMemoryInMB() {
    return (int) getOrDefault(maxMemoryInMB());
  }
}
