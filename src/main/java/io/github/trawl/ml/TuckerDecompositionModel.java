package io.github.trawl.ml;

import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/** A Tucker decomposition: a core, and factors with orthonormal columns. */
public final class TuckerDecompositionModel extends TensorModel<TuckerDecompositionModel>
    implements TuckerParams {
  private static final long serialVersionUID = 1L;

  private final IntArrayParam ranks = RanksParam.of(this);

  /**
   * Creates a model without factors, for MLlib's reader only. Use {@link #load} to read a model.
   */
  public TuckerDecompositionModel(String uid) {
    this(uid, null);
  }

  TuckerDecompositionModel(String uid, FittedFactors fitted) {
    super(uid, fitted, DecompositionMethods.TUCKER.defaultTolerance());
  }

  @Override
  public IntArrayParam ranks() {
    return ranks;
  }

  /** The core, core[p,q,r]: for each p a matrix with rows q and columns r. */
  public Matrix[] core() {
    TuckerTensor tensor = tensor();
    int rows = tensor.coreRows();
    int columns = tensor.coreColumns();
    Matrix[] core = new Matrix[tensor.coreDepth()];
    for (int p = 0; p < core.length; p++) {
      double[] values = new double[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.core()[p * values.length + i];
      }
      core[p] = new DenseMatrix(rows, columns, values, true);
    }
    return core;
  }

  private TuckerTensor tensor() {
    return (TuckerTensor) fitted().tensor();
  }

  @Override
  float[] sliceFactorValues(LowRankTensor tensor) {
    return ((TuckerTensor) tensor).c();
  }

  @Override
  RowTensor rowTensor() {
    return new TuckerRows(tensor());
  }

  @Override
  TuckerDecompositionModel create(String otherUid, FittedFactors other) {
    return new TuckerDecompositionModel(otherUid, other);
  }

  /** Reads models that were saved. */
  public static MLReader<TuckerDecompositionModel> read() {
    return new TensorModelReader<>(TuckerDecompositionModel::new, TuckerTensor.class);
  }

  /** Reads a model that was saved to {@code path}. */
  public static TuckerDecompositionModel load(String path) {
    return read().load(path);
  }

  /**
   * Reads a decomposition from a factor file of {@code trawl denoise}, of method Tucker. Slices
   * have the labels that the file gives them, and rows are numbered from 0.
   *
   * @param file URI of the file, followed by {@code #} and the name of a decomposition if the file
   *     holds several, such as {@code factors/layer-11-fc.arrow#r64}
   * @throws io.github.trawl.TrawlException if the file can't be read, or holds no such
   *     decomposition
   */
  public static TuckerDecompositionModel fromFactors(String file) {
    FittedFactors fitted = ModelFactorReader.read(file, TuckerTensor.class);
    TuckerDecompositionModel model =
        new TuckerDecompositionModel(
            Identifiable$.MODULE$.randomUID("tuckerDecomposition"), fitted);
    TuckerTensor tensor = (TuckerTensor) fitted.tensor();
    model.set(
        model.ranks(), new int[] {tensor.coreDepth(), tensor.coreRows(), tensor.coreColumns()});
    return model;
  }
}
