package io.github.trawl.ml;

import io.github.trawl.factors.FactorSet;
import io.github.trawl.tensor.LowRankTensor;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Encoders;

/** Reads what {@link TensorModelWriter} writes. */
final class TensorModelReader<M extends TensorModel<M>> extends MLReader<M> {
  private final BiFunction<String, FittedFactors, M> modelFactory;
  private final Class<? extends LowRankTensor> tensorClass;

  /**
   * @param modelFactory creates a model from its uid and factors
   * @param tensorClass the class that the tensor of the model must have
   */
  TensorModelReader(
      BiFunction<String, FittedFactors, M> modelFactory,
      Class<? extends LowRankTensor> tensorClass) {
    this.modelFactory = modelFactory;
    this.tensorClass = tensorClass;
  }

  @Override
  public M load(String path) {
    // This instance has parameters only; a second one is then created with the factors.
    M parameters = new DefaultParamsReadable<M>() {}.read().session(sparkSession()).load(path);
    Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
    Path file = new Path(new Path(path, TensorModelWriter.DATA), TensorModelWriter.FACTORS);
    FactorSet factors =
        ModelFactorReader.read(
            file, ModelFactorReader.onlyMember(file, hadoop), tensorClass, hadoop);
    long[] rows =
        sparkSession()
            .read()
            .parquet(new Path(path, TensorModelWriter.ROWS).toString())
            .as(Encoders.LONG())
            .collectAsList()
            .stream()
            .mapToLong(row -> row)
            .sorted()
            .toArray();
    M model = modelFactory.apply(parameters.uid(), new FittedFactors(factors, rows));
    return parameters.copyValues(model, ParamMap.empty());
  }
}
