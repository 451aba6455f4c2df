package io.github.trawl.ml;

import io.github.trawl.spark.JavaSerialized;
import io.github.trawl.tensor.LowRankTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A low-rank tensor that was fitted to a data set.
 *
 * @param <M> the class of the model
 */
public abstract class TensorModel<M extends TensorModel<M>> extends Model<M>
    implements TensorParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final CommonParams common;

  /**
   * Null in the instance with which MLlib's reader restores parameters, see {@link
   * TensorModelReader}, and in one that Java serialization has copied.
   */
  private final transient FittedFactors fitted;

  TensorModel(String uid, FittedFactors fitted, double tolerance) {
    this.uid = uid;
    this.fitted = fitted;
    this.common = new CommonParams(this, tolerance);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public CommonParams common() {
    return common;
  }

  /** Sets {@link #featuresCol}. */
  public M setFeaturesCol(String value) {
    return setParam(featuresCol(), value);
  }

  /** Sets {@link #sliceCol}. */
  public M setSliceCol(String value) {
    return setParam(sliceCol(), value);
  }

  /** Sets {@link #rowCol}. */
  public M setRowCol(String value) {
    return setParam(rowCol(), value);
  }

  /** Sets {@link #outputCol}. */
  public M setOutputCol(String value) {
    return setParam(outputCol(), value);
  }

  /** Sets {@link #factorCol}. */
  public M setFactorCol(String value) {
    return setParam(factorCol(), value);
  }

  /** Sets {@link #coldStartStrategy}. */
  public M setColdStartStrategy(String value) {
    return setParam(coldStartStrategy(), value);
  }

  @SuppressWarnings("unchecked")
  private <T> M setParam(Param<T> param, T value) {
    set(param, value);
    return (M) this;
  }

  /**
   * Returns ‖X − Y‖ / ‖X‖ in the Frobenius norm, where X is the data set that the model was fitted
   * to and Y the low-rank tensor.
   */
  public double relativeError() {
    return 1 - fitted().member().fit();
  }

  /** The number of iterations that were done. */
  public int iterations() {
    return fitted().member().iterations();
  }

  /**
   * Why the decomposition ended, by the name of a {@link
   * io.github.trawl.decomposition.TerminationReason}.
   */
  public String convergenceReason() {
    return fitted().member().reason();
  }

  /** The number of slices. */
  public int numSlices() {
    return fitted().tensor().depth();
  }

  /** The number of rows of a slice. */
  public int numRows() {
    return fitted().tensor().rows();
  }

  /** The length of the feature vectors. */
  public int numFeatures() {
    return fitted().tensor().columns();
  }

  /**
   * The factors of the slices: {@code id}, the label of the slice as a string, and {@code
   * features}, a vector.
   */
  public Dataset<Row> sliceFactors() {
    List<String> labels = fitted().factors().slices();
    return factors(
        DataTypes.StringType, labels::get, sliceFactorValues(fitted().tensor()), labels.size());
  }

  /** The factors of the rows: {@code id}, the id of the row, and {@code features}, a vector. */
  public Dataset<Row> rowFactors() {
    long[] rows = fitted().rows();
    return factors(DataTypes.LongType, row -> rows[row], rowTensor().rowFactors(), rows.length);
  }

  /**
   * The factors of the columns: {@code id}, the index of the column, and {@code features}, a
   * vector.
   */
  public Dataset<Row> columnFactors() {
    return factors(
        DataTypes.LongType, index -> (long) index, rowTensor().columnFactors(), numFeatures());
  }

  private static Dataset<Row> factors(
      DataType type, IntFunction<Object> ids, float[] values, int count) {
    int rank = values.length / count;
    List<Row> rows = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      double[] factor = new double[rank];
      for (int r = 0; r < rank; r++) {
        factor[r] = values[index * rank + r];
      }
      rows.add(RowFactory.create(ids.apply(index), Vectors.dense(factor)));
    }
    return SparkSession.active()
        .createDataFrame(
            rows,
            new StructType(
                new StructField[] {
                  DataTypes.createStructField("id", type, false),
                  TensorSchema.vectorField("features", rank)
                }));
  }

  /** Returns the factors of the slices, one slice after the other. */
  abstract float[] sliceFactorValues(LowRankTensor tensor);

  /** Returns the tensor in the form from which rows are computed. */
  abstract RowTensor rowTensor();

  /** Creates a model of the same class. */
  abstract M create(String otherUid, FittedFactors other);

  /**
   * Returns the factors of the model.
   *
   * @throws IllegalStateException if the model was created without factors
   */
  final FittedFactors fitted() {
    if (fitted == null) {
      throw new IllegalStateException(uid + " has no factors; read models with load");
    }
    return fitted;
  }

  /**
   * Adds {@link #outputCol} and {@link #factorCol}. For a row that the model was fitted to, they
   * come from the factor found by the fit; {@link #coldStartStrategy} says what happens to other
   * rows.
   *
   * @throws IllegalArgumentException if a column is missing or of the wrong type, or an output
   *     column exists already
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema(), true);
    Broadcast<JavaSerialized<RowModel>> model =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext())
            .broadcast(
                new JavaSerialized<>(
                    new RowModel(rowTensor(), fitted().factors().slices(), fitted().rows())));
    Column slice = dataset.col(getSliceCol()).cast(DataTypes.StringType);
    Column row = dataset.col(getRowCol()).cast(DataTypes.LongType);
    Column features =
        projects()
            ? dataset.col(getFeaturesCol())
            : functions.lit(null).cast(SQLDataTypes.VectorType());
    Dataset<Row> result = dataset.toDF();
    if (getColdStartStrategy().equals("drop")) {
      result =
          result.filter(
              functions.udf(new KnownRow(model), DataTypes.BooleanType).apply(slice, row));
    }
    for (String column : List.of(getOutputCol(), getFactorCol())) {
      if (!column.isEmpty()) {
        RowFunction function =
            new RowFunction(uid, model, column.equals(getOutputCol()), projects());
        result =
            result.withColumn(
                column,
                functions
                    .udf(function, SQLDataTypes.VectorType())
                    .apply(slice, row, features)
                    .as(column, schema.apply(column).metadata()));
      }
    }
    return result;
  }

  private boolean projects() {
    return getColdStartStrategy().equals("project");
  }

  @Override
  public StructType transformSchema(StructType schema) {
    TensorSchema.requireIndexColumns(schema, this);
    if (projects()) {
      TensorSchema.requireFeatures(schema, uid, getFeaturesCol());
    }
    return TensorSchema.withOutput(schema, this, numFeatures(), rowTensor().rowRank());
  }

  @Override
  public M copy(ParamMap extra) {
    M copy = copyValues(create(uid, fitted), extra);
    copy.setParent(parent());
    return copy;
  }

  /** Writes the parameters as MLlib does, and the factors as a factor file. */
  @Override
  public MLWriter write() {
    return new TensorModelWriter(fitted(), DefaultParamsWritable.super.write());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: uid=%s, numSlices=%d, numRows=%d, numFeatures=%d, relativeError=%.4g",
        getClass().getSimpleName(),
        uid,
        numSlices(),
        numRows(),
        numFeatures(),
        relativeError());
  }
}
