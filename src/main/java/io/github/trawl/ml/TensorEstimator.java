package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.linalg.OffHeapMemoryException;
import io.github.trawl.solve.SolvedFactors;
import io.github.trawl.solve.TensorSolver;
import io.github.trawl.spark.JobDescription;
import io.github.trawl.spark.TaskSlots;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Fits a low-rank tensor to the tensor that a data set holds.
 *
 * @param <E> the class of the estimator
 * @param <M> the class of its model
 */
public abstract class TensorEstimator<E extends TensorEstimator<E, M>, M extends TensorModel<M>>
    extends Estimator<M> implements TensorParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final CommonParams common;

  TensorEstimator(String uid, double tolerance) {
    this.uid = uid;
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
  public E setFeaturesCol(String value) {
    return setParam(featuresCol(), value);
  }

  /** Sets {@link #sliceCol}. */
  public E setSliceCol(String value) {
    return setParam(sliceCol(), value);
  }

  /** Sets {@link #rowCol}. */
  public E setRowCol(String value) {
    return setParam(rowCol(), value);
  }

  /** Sets {@link #outputCol}. */
  public E setOutputCol(String value) {
    return setParam(outputCol(), value);
  }

  /** Sets {@link #factorCol}. */
  public E setFactorCol(String value) {
    return setParam(factorCol(), value);
  }

  /** Sets {@link #handleInvalid}. */
  public E setHandleInvalid(String value) {
    return setParam(handleInvalid(), value);
  }

  /** Sets {@link #coldStartStrategy}. */
  public E setColdStartStrategy(String value) {
    return setParam(coldStartStrategy(), value);
  }

  /** Sets {@link #maxIter}. */
  public E setMaxIter(int value) {
    return setParam(maxIter(), value);
  }

  /** Sets {@link #tol}. */
  public E setTol(double value) {
    return setParam(tol(), value);
  }

  /** Sets {@link #maxMemoryInMB}. */
  public E setMaxMemoryInMB(int value) {
    return setParam(maxMemoryInMB(), value);
  }

  final <T> E setParam(Param<T> param, T value) {
    set(param, value);
    return self();
  }

  @SuppressWarnings("unchecked")
  private E self() {
    return (E) this;
  }

  /**
   * Fits a model to the tensor that the rows of {@code dataset} make up.
   *
   * @throws IllegalArgumentException if a column is missing or of the wrong type, or an output
   *     column exists already
   * @throws TrawlException if rows are wrong, the ranks do not fit the tensor, memory is too small
   *     or the cluster fails; the message is one line
   */
  @Override
  public M fit(Dataset<?> dataset) {
    transformSchema(dataset.schema(), true);
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    JobDescription description = JobDescription.of(spark, "fit " + uid);
    try {
      RowSupply rows = RowSupply.of(dataset, this);
      DecompositionOptions options = options(rows.shape());
      requireMemory(rows.shape(), options);
      TensorSolver solver = new TensorSolver(options, memoryBytes());
      FactorSet factors =
          SolvedFactors.of(
              uid,
              rows.index().slices(),
              rows.shape(),
              options,
              solve(solver, spark, rows).decompositions());
      M model = model(uid, new FittedFactors(factors, rows.index().rows()));
      model.setParent(this);
      return copyValues(model, ParamMap.empty());
    } catch (OffHeapMemoryException e) {
      if (!e.isOfLimit()) {
        throw e;
      }
      throw tooLittleMemory("fitting needs more than", e);
    } finally {
      description.close();
    }
  }

  /** Decomposes the tensor in one task. A subclass may spread it over the executors instead. */
  TensorSolver.Solved solve(TensorSolver solver, JavaSparkContext spark, RowSupply rows) {
    // On a cluster, the other cores of an executor may run other tasks.
    int threads = spark.isLocal() ? TaskSlots.cores(spark.sc()) : 1;
    return solver.solveInTask(spark, uid, rows, threads);
  }

  /**
   * Whether a tensor of this shape is solved in one task, which then has to hold the whole tensor.
   */
  abstract boolean isSolvedInTask(TensorShape shape);

  /**
   * Returns the options for a tensor of this shape.
   *
   * @throws TrawlException if a rank is missing or too large for it
   */
  abstract DecompositionOptions options(TensorShape shape);

  abstract M model(String uid, FittedFactors fitted);

  private long memoryBytes() {
    return (long) getMaxMemoryInMB() << 20;
  }

  private void requireMemory(TensorShape shape, DecompositionOptions options) {
    long least = options.method().leastBytes(shape, ValueFormat.FLOAT32, options);
    if (isSolvedInTask(shape) && least > memoryBytes()) {
      throw tooLittleMemory(
          "one task holds the tensor of %s, which takes at least %d MB, more than"
              .formatted(shape, (least + (1 << 20) - 1) >> 20),
          null);
    }
  }

  private TrawlException tooLittleMemory(String why, Throwable cause) {
    return new TrawlException(
        ErrorCategory.USAGE,
        "%s: %s the %d MB outside the heap that maxMemoryInMB allows; raise it or lower the rank"
            .formatted(uid, why, getMaxMemoryInMB()),
        cause);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    TensorSchema.requireInput(schema, this);
    return TensorSchema.withOutput(schema, this, -1, -1);
  }

  @Override
  @SuppressWarnings("unchecked")
  public E copy(ParamMap extra) {
    return (E) this.<TensorEstimator<E, M>>defaultCopy(extra);
  }
}
