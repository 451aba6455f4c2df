package io.github.trawl.ml;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The {@link TensorParams} of one stage, with their defaults. */
public final class CommonParams implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The default of {@code maxMemoryInMB}, the same as that of {@code --memory.off-heap}. */
  private static final int DEFAULT_MEMORY_MB = 4096;

  final Param<String> featuresCol;
  final Param<String> sliceCol;
  final Param<String> rowCol;
  final Param<String> outputCol;
  final Param<String> factorCol;
  final Param<String> handleInvalid;
  final Param<String> coldStartStrategy;
  final IntParam maxIter;
  final DoubleParam tol;
  final IntParam maxMemoryInMB;

  /**
   * Makes the parameters of {@code stage} and sets their defaults.
   *
   * @param tolerance the default of {@code tol}
   */
  CommonParams(Params stage, double tolerance) {
    featuresCol = stringParam(stage, "featuresCol", "features column name", "features");
    sliceCol =
        stringParam(stage, "sliceCol", "column of the slice: whole numbers or strings", "slice");
    rowCol = stringParam(stage, "rowCol", "column of the row in the slice: whole numbers", "row");
    outputCol =
        stringParam(
            stage,
            "outputCol",
            "output column name, for the row computed from the factors; empty for none",
            "output");
    factorCol =
        stringParam(
            stage,
            "factorCol",
            "output column name, for the factor of the row; empty for none",
            "");
    handleInvalid =
        choiceParam(
            stage,
            "handleInvalid",
            "what fit does with nulls, values that are not finite, and rows that a slice lacks:"
                + " 'error' (throw an error) or 'skip' (leave the rows out of all slices)",
            List.of("error", "skip"));
    coldStartStrategy =
        choiceParam(
            stage,
            "coldStartStrategy",
            "how to transform rows that the model was not fitted to: 'project' (the least-squares"
                + " fit of the row's features), 'nan' (NaN) or 'drop' (leave them out)",
            List.of("project", "nan", "drop"));
    maxIter =
        new IntParam(
            stage, "maxIter", "maximum number of iterations (>= 1)", ParamValidators.gtEq(1));
    tol =
        new DoubleParam(
            stage,
            "tol",
            "iterations end when the relative error changes by less twice in a row (>= 0)",
            ParamValidators.gtEq(0));
    maxMemoryInMB =
        new IntParam(
            stage,
            "maxMemoryInMB",
            "maximum memory in MB that a process uses outside the Java heap (> 0)",
            ParamValidators.gt(0));
    stage.setDefault(maxIter, 100);
    stage.setDefault(tol, tolerance);
    stage.setDefault(maxMemoryInMB, DEFAULT_MEMORY_MB);
  }

  private static Param<String> stringParam(Params stage, String name, String doc, String value) {
    Param<String> param = new Param<>(stage, name, doc);
    stage.setDefault(param, value);
    return param;
  }

  /** Makes a parameter that accepts {@code values}, of which the first is the default. */
  static Param<String> choiceParam(Params stage, String name, String doc, List<String> values) {
    Param<String> param = new Param<>(stage, name, doc, ParamValidators.inArray(values));
    stage.setDefault(param, values.get(0));
    return param;
  }
}
