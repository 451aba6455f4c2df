package io.github.trawl.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.decomposition.TerminationReason;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.solve.SolvedFactors;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What models and estimators write, and what is read of it and of factor files. */
class TensorModelFileTest extends FittedModels {
  @TempDir private Path directory;

  @Test
  void everyParameterIsReadAsItWasWritten() throws IOException {
    CpDecomposition cpRead =
        CpDecomposition.load(Stages.saved(Stages.cpEstimator(), directory, "cp"));
    assertThat(cpRead.uid()).isEqualTo("cp");
    Stages.assertSameParams(cpRead, Stages.cpEstimator());
    Stages.assertSameParams(
        TuckerDecomposition.load(Stages.saved(Stages.tuckerEstimator(), directory, "tucker")),
        Stages.tuckerEstimator());
    ReconstructionEvaluator evaluator =
        new ReconstructionEvaluator().setFeaturesCol("x").setOutputCol("y").setMetricName("rmse");
    Stages.assertSameParams(
        ReconstructionEvaluator.load(Stages.saved(evaluator, directory, "evaluator")), evaluator);
  }

  @Test
  void modelsAreReadAsTheyWereWritten() throws IOException {
    CpDecompositionModel read = CpDecompositionModel.load(Stages.saved(cp, directory, "cp-model"));
    assertThat(read.uid()).isEqualTo(cp.uid());
    Stages.assertSameParams(read, cp);
    assertThat(read.relativeError()).isEqualTo(cp.relativeError());
    assertThat(read.iterations()).isEqualTo(cp.iterations());
    assertThat(read.transform(dataset).collectAsList())
        .isEqualTo(cp.transform(dataset).collectAsList());
    TuckerDecompositionModel other =
        TuckerDecompositionModel.load(Stages.saved(tucker, directory, "tucker-model"));
    Stages.assertSameParams(other, tucker);
    assertThat(other.transform(dataset).collectAsList())
        .isEqualTo(tucker.transform(dataset).collectAsList());
    assertThatThrownBy(() -> Stages.saved(cp, directory, "cp-model"))
        .isInstanceOf(IOException.class);
    cp.write().overwrite().save(directory.resolve("cp-model").toString());
    assertThat(CpDecompositionModel.load(directory.resolve("cp-model").toString()).uid())
        .isEqualTo("cp");
    assertThatThrownBy(
            () -> TuckerDecompositionModel.load(directory.resolve("cp-model").toString()))
        .isInstanceOfAny(TrawlException.class, ClassCastException.class);
  }

  @Test
  void readsTheFactorFileOfAModelByItself() throws IOException {
    // A # in the name of a directory names no decomposition.
    String file = Stages.saved(cp, directory, "as#file") + "/data/factors.arrow";
    CpDecompositionModel read = CpDecompositionModel.fromFactors(file);
    assertThat(read.getRank()).isEqualTo(3);
    assertThat(read.getSeed()).isEqualTo(-5);
    assertThat(read.relativeError()).isEqualTo(cp.relativeError());
    assertThat(read.transform(dataset).select("output").collectAsList())
        .isEqualTo(cp.transform(dataset).select("denoised").collectAsList());
    assertThat(CpDecompositionModel.fromFactors(file + "#r3-s-5").iterations())
        .isEqualTo(cp.iterations());
    Path marked = directory.resolve("a#b.arrow");
    Files.copy(Path.of(file), marked);
    assertThat(CpDecompositionModel.fromFactors(marked.toString()).getRank()).isEqualTo(3);
    assertThatThrownBy(() -> CpDecompositionModel.fromFactors(file + "#r4"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("it holds no r4");
    assertThatThrownBy(() -> TuckerDecompositionModel.fromFactors(file))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("holds a decomposition of cp or svd; read it with CpDecomp");
    String core = Stages.saved(tucker, directory, "tucker-file") + "/data/factors.arrow";
    assertThat(TuckerDecompositionModel.fromFactors(core).getRanks()).containsExactly(2, 3, 3);
  }

  /** As {@code trawl denoise} writes it for several ranks and seeds. */
  @Test
  void readsOneOfSeveralDecompositionsOfAFile() {
    DecompositionOptions options =
        new DecompositionOptions(
            DecompositionMethods.CP,
            List.of(1, 2),
            List.of(),
            List.of(0L, 4L),
            5,
            0,
            StartDistribution.UNIFORM,
            Acceleration.NONE);
    List<Decomposition> solved = new ArrayList<>();
    for (int rank : List.of(1, 1, 2, 2)) {
      KruskalTensor tensor =
          new KruskalTensor(values(rank), values(2 * rank), values(3 * rank), values(4 * rank));
      solved.add(
          new Decomposition(
              tensor, 0.1 * solved.size(), 5, TerminationReason.MAX_ITERATIONS, new double[5]));
    }
    FactorFile.write(
        new Staging(directory.toString(), directory.toString()),
        "run",
        "layer-0-fc.arrow",
        SolvedFactors.of(
            "layer-0-fc", List.of("0.up", "0.down"), new TensorShape(2, 3, 4), options, solved),
        new Configuration());
    String file = directory.resolve("run/layer-0-fc.arrow").toString();
    CpDecompositionModel model = CpDecompositionModel.fromFactors(file + "#r2-s4");
    assertThat(model.getRank()).isEqualTo(2);
    assertThat(model.getSeed()).isEqualTo(4);
    assertThat(model.relativeError()).isCloseTo(0.3, within(1e-12));
    Dataset<Row> places =
        spark.createDataFrame(
            List.of(RowFactory.create("0.down", 2, Vectors.zeros(4))),
            TensorData.schema(
                DataTypes.StringType, DataTypes.IntegerType, SQLDataTypes.VectorType()));
    // Values count from 1: weight, slice 1, row 2, column 0 of two components.
    assertThat(model.transform(places).first().<Vector>getAs("output").apply(0))
        .isEqualTo(1 * 3 * 5 * 1 + 2 * 4 * 6 * 2);
    assertThatThrownBy(() -> CpDecompositionModel.fromFactors(file))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("append the name of one to the path: #r1-s0, #r1-s4, #r2-s0, #r2-s4");
  }

  private static float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i + 1;
    }
    return values;
  }
}
