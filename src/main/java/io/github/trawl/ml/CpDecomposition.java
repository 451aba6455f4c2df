package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.solve.TensorSolver;
import io.github.trawl.tensor.TensorShape;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * CP decomposition by alternating least squares: X[k,i,j] ≈ Σ over r of λ[r]·c[k,r]·a[i,r]·b[j,r].
 *
 * <p>The data set has a row for each slice k and row i of X, with the vector X[k,i,·]; every slice
 * must have the same rows. MTTKRPs are computed in float32, normal equations and norms in float64.
 * With one seed the model has the same bits on any number of executors of one CPU type, and however
 * the data set is divided into partitions.
 */
public final class CpDecomposition extends TensorEstimator<CpDecomposition, CpDecompositionModel>
    implements CpParams {
  private static final long serialVersionUID = 1L;

  private static final double DEFAULT_BLOCK_MEGABYTES = 64;

  private final CpParamSet cp;

  /** An estimator with a random uid. */
  public CpDecomposition() {
    this(Identifiable$.MODULE$.randomUID("cpDecomposition"));
  }

  /** An estimator with the default parameters. */
  public CpDecomposition(String uid) {
    super(uid, DecompositionMethods.CP.defaultTolerance());
    this.cp = new CpParamSet(this);
  }

  @Override
  public CpParamSet cp() {
    return cp;
  }

  /** Sets {@link #rank}. */
  public CpDecomposition setRank(int value) {
    return setParam(rank(), value);
  }

  /** Sets {@link #seed}. */
  public CpDecomposition setSeed(long value) {
    return setParam(seed(), value);
  }

  /** Sets {@link #initMode}. */
  public CpDecomposition setInitMode(String value) {
    return setParam(initMode(), value);
  }

  /** Sets {@link #spreadThresholdInMB}. */
  public CpDecomposition setSpreadThresholdInMB(double value) {
    return setParam(spreadThresholdInMB(), value);
  }

  /** Sets {@link #maxBlockSizeInMB}. */
  public CpDecomposition setMaxBlockSizeInMB(double value) {
    return setParam(maxBlockSizeInMB(), value);
  }

  @Override
  DecompositionOptions options(TensorShape shape) {
    long largest = largestRank(shape);
    if (getRank() > largest) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "%s: rank %d is more than a tensor of %s needs to be exact; give at most %d"
              .formatted(uid(), getRank(), shape, largest));
    }
    return new DecompositionOptions(
        DecompositionMethods.CP,
        List.of(getRank()),
        List.of(),
        List.of(getSeed()),
        getMaxIter(),
        getTol(),
        StartDistribution.valueOf(getInitMode().toUpperCase(Locale.ROOT)),
        Acceleration.NONE);
  }

  /**
   * Returns the smallest product of two dimensions: no tensor has a higher rank (Kruskal, 1989).
   */
  private static long largestRank(TensorShape shape) {
    long depth = shape.depth();
    return Math.min(
        (long) shape.rows() * shape.columns(), depth * Math.min(shape.rows(), shape.columns()));
  }

  @Override
  boolean isSolvedInTask(TensorShape shape) {
    return (double) Float.BYTES * shape.values() <= getSpreadThresholdInMB() * (1 << 20);
  }

  @Override
  TensorSolver.Solved solve(TensorSolver solver, JavaSparkContext spark, RowSupply rows) {
    if (isSolvedInTask(rows.shape())) {
      return super.solve(solver, spark, rows);
    }
    double megabytes = getMaxBlockSizeInMB() == 0 ? DEFAULT_BLOCK_MEGABYTES : getMaxBlockSizeInMB();
    long blockBytes = Math.max(1, (long) (megabytes * (1 << 20)));
    return solver.solveSpread(spark, uid(), rows, blockBytes, CpAls.Listener.NONE);
  }

  @Override
  CpDecompositionModel model(String uid, FittedFactors fitted) {
    return new CpDecompositionModel(uid, fitted);
  }

  /** Reads estimators that were saved. */
  public static MLReader<CpDecomposition> read() {
    return new DefaultParamsReadable<CpDecomposition>() {}.read();
  }

  /** Reads an estimator that was saved to {@code path}. */
  public static CpDecomposition load(String path) {
    return read().load(path);
  }
}
