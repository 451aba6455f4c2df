package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.TuckerRanks;
import io.github.trawl.tensor.TensorShape;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Tucker decomposition by orthogonal iteration: X[k,i,j] ≈ Σ over p, q, r of
 * core[p,q,r]·c[k,p]·a[i,q]·b[j,r], with orthonormal factors.
 *
 * <p>The data set has a row for each slice k and row i of X, with the vector X[k,i,·]; every slice
 * must have the same rows. One task holds the whole tensor.
 */
public final class TuckerDecomposition
    extends TensorEstimator<TuckerDecomposition, TuckerDecompositionModel> implements TuckerParams {
  private static final long serialVersionUID = 1L;

  /** What the three ranks belong to, in their order. */
  private static final List<String> MODES = List.of("slices", "rows", "columns");

  private final IntArrayParam ranks;

  /** An estimator with a random uid. */
  public TuckerDecomposition() {
    this(Identifiable$.MODULE$.randomUID("tuckerDecomposition"));
  }

  /** An estimator with the default parameters. The ranks have no default and must be set. */
  public TuckerDecomposition(String uid) {
    super(uid, DecompositionMethods.TUCKER.defaultTolerance());
    this.ranks = RanksParam.of(this);
  }

  @Override
  public IntArrayParam ranks() {
    return ranks;
  }

  /** Sets {@link #ranks}: those of the slices, the rows and the columns. */
  public TuckerDecomposition setRanks(int[] value) {
    return setParam(ranks(), value);
  }

  @Override
  DecompositionOptions options(TensorShape shape) {
    if (!isDefined(ranks())) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          uid() + ": ranks are not set; give three, those of the slices, the rows and the columns");
    }
    int[] wanted = getRanks();
    int[] most = {shape.depth(), shape.rows(), shape.columns()};
    for (int mode = 0; mode < most.length; mode++) {
      if (wanted[mode] > most[mode]) {
        throw new TrawlException(
            ErrorCategory.USAGE,
            "%s: ranks %s are more than a tensor of %s has; give at most %d for the %s"
                .formatted(uid(), Arrays.toString(wanted), shape, most[mode], MODES.get(mode)));
      }
    }
    // The method has the three ranks; the options' one rank is by convention that of the rows.
    return DecompositionOptions.of(
        DecompositionMethods.tucker(new TuckerRanks(wanted[0], wanted[1], wanted[2])),
        wanted[1],
        0,
        getMaxIter(),
        getTol());
  }

  @Override
  boolean isSolvedInTask(TensorShape shape) {
    return true;
  }

  @Override
  TuckerDecompositionModel model(String uid, FittedFactors fitted) {
    return new TuckerDecompositionModel(uid, fitted);
  }

  /** Reads estimators that were saved. */
  public static MLReader<TuckerDecomposition> read() {
    return new DefaultParamsReadable<TuckerDecomposition>() {}.read();
  }

  /** Reads an estimator that was saved to {@code path}. */
  public static TuckerDecomposition load(String path) {
    return read().load(path);
  }
}
