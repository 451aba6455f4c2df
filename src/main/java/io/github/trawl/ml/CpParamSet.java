package io.github.trawl.ml;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The parameters that {@link CpParams} adds to one stage, with their defaults. */
public final class CpParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  final IntParam rank;
  final LongParam seed;
  final Param<String> initMode;
  final DoubleParam spreadThresholdInMB;
  final DoubleParam maxBlockSizeInMB;

  /** Makes the parameters of {@code stage} and sets their defaults. */
  CpParamSet(Params stage) {
    rank = new IntParam(stage, "rank", "number of components (>= 1)", ParamValidators.gtEq(1));
    seed = new LongParam(stage, "seed", "random seed");
    initMode =
        CommonParams.choiceParam(
            stage,
            "initMode",
            "distribution of the random start: 'uniform' (in [0, 1)) or 'centred' (in [-1/2, 1/2))",
            List.of("uniform", "centred"));
    spreadThresholdInMB =
        new DoubleParam(
            stage,
            "spreadThresholdInMB",
            "size in MB above which a tensor is spread over the executors; smaller ones are solved"
                + " in one task (>= 0)",
            ParamValidators.gtEq(0));
    maxBlockSizeInMB =
        new DoubleParam(
            stage,
            "maxBlockSizeInMB",
            "maximum memory in MB of a block of rows of a tensor that is spread; 0 for 64 (>= 0)",
            ParamValidators.gtEq(0));
    stage.setDefault(rank, 10);
    stage.setDefault(seed, 0L);
    stage.setDefault(spreadThresholdInMB, 1024.0);
    stage.setDefault(maxBlockSizeInMB, 0.0);
  }
}
