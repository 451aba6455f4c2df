package io.github.trawl.ml;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Params;
import scala.Function1;

/** Makes the parameter for the ranks of the core of a Tucker decomposition. */
final class RanksParam {
  private RanksParam() {}

  static IntArrayParam of(Params stage) {
    return new IntArrayParam(
        stage,
        "ranks",
        "ranks of the core in the slices, rows and columns (3 values >= 1)",
        (Function1<int[], Object> & Serializable)
            values -> values.length == 3 && Arrays.stream(values).allMatch(value -> value >= 1));
  }
}
