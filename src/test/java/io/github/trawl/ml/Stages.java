package io.github.trawl.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLWritable;

/** Estimators whose parameters are set, and what saved stages are compared by. */
final class Stages {
  static final TensorData DATA = TensorData.of(3, 12, 10, 3, 0.2, 17);

  private Stages() {}

  /** Nothing has its default. */
  static CpDecomposition cpEstimator() {
    return new CpDecomposition("cp")
        .setRank(3)
        .setSeed(-5)
        .setInitMode("centred")
        .setMaxIter(40)
        .setTol(1e-5)
        .setFactorCol("factor")
        .setHandleInvalid("skip")
        .setColdStartStrategy("nan")
        .setMaxMemoryInMB(256)
        .setMaxBlockSizeInMB(0.5)
        .setSpreadThresholdInMB(100)
        .setOutputCol("denoised");
  }

  static TuckerDecomposition tuckerEstimator() {
    return new TuckerDecomposition("tucker").setRanks(new int[] {2, 3, 3}).setMaxIter(20).setTol(0);
  }

  /** The path at which {@code stage} was saved. */
  static String saved(MLWritable stage, Path directory, String name) throws IOException {
    String path = directory.resolve(name).toString();
    stage.save(path);
    return path;
  }

  static void assertSameParams(Params actual, Params expected) {
    for (Param<?> param : actual.params()) {
      assertThat(actual.isSet(param))
          .as(param.name())
          .isEqualTo(expected.isSet(expected.getParam(param.name())));
      if (actual.isDefined(param)) {
        assertThat((Object) actual.getOrDefault(param))
            .as(param.name())
            .isEqualTo(expected.getOrDefault(expected.getParam(param.name())));
      }
    }
  }
}
