package io.github.trawl.ml;

import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/** A CP decomposition: weights in descending order, and factors with columns of unit length. */
public final class CpDecompositionModel extends TensorModel<CpDecompositionModel>
    implements CpParams {
  private static final long serialVersionUID = 1L;

  private final CpParamSet cp = new CpParamSet(this);

  /**
   * Creates a model without factors, for MLlib's reader only. Use {@link #load} to read a model.
   */
  public CpDecompositionModel(String uid) {
    this(uid, null);
  }

  CpDecompositionModel(String uid, FittedFactors fitted) {
    super(uid, fitted, DecompositionMethods.CP.defaultTolerance());
  }

  @Override
  public CpParamSet cp() {
    return cp;
  }

  /** The weights λ of the components, in descending order. */
  public Vector weights() {
    float[] weights = tensor().weights();
    double[] values = new double[weights.length];
    for (int r = 0; r < values.length; r++) {
      values[r] = weights[r];
    }
    return Vectors.dense(values);
  }

  private KruskalTensor tensor() {
    return (KruskalTensor) fitted().tensor();
  }

  @Override
  float[] sliceFactorValues(LowRankTensor tensor) {
    return ((KruskalTensor) tensor).c();
  }

  @Override
  RowTensor rowTensor() {
    return new KruskalRows(tensor());
  }

  @Override
  CpDecompositionModel create(String otherUid, FittedFactors other) {
    return new CpDecompositionModel(otherUid, other);
  }

  /** Reads models that were saved. */
  public static MLReader<CpDecompositionModel> read() {
    return new TensorModelReader<>(CpDecompositionModel::new, KruskalTensor.class);
  }

  /** Reads a model that was saved to {@code path}. */
  public static CpDecompositionModel load(String path) {
    return read().load(path);
  }

  /**
   * Reads a decomposition from a factor file of {@code trawl denoise}, of method CP or SVD. Slices
   * have the labels that the file gives them, and rows are numbered from 0.
   *
   * @param file URI of the file, followed by {@code #} and the name of a decomposition if the file
   *     holds several, such as {@code factors/layer-11-fc.arrow#r64-s3}
   * @throws io.github.trawl.TrawlException if the file can't be read, or holds no such
   *     decomposition
   */
  public static CpDecompositionModel fromFactors(String file) {
    FittedFactors fitted = ModelFactorReader.read(file, KruskalTensor.class);
    CpDecompositionModel model =
        new CpDecompositionModel(Identifiable$.MODULE$.randomUID("cpDecomposition"), fitted);
    model.set(model.rank(), fitted.member().rank());
    model.set(model.seed(), fitted.member().seed());
    return model;
  }
}
