package io.github.trawl.decomposition;

import io.github.trawl.tensor.LowRankTensor;
import java.io.Serializable;

/**
 * The outcome of a decomposition.
 *
 * @param tensor the low-rank tensor M that approximates X; of a {@linkplain
 *     DecompositionMethod#isNested nested} method, that of the largest rank solved for
 * @param relativeError ‖X − M‖ / ‖X‖ in the Frobenius norm, as the last iteration computed it; 0
 *     for a zero tensor. Close to an exact fit it may be off by about 3e-4, because of rounding in
 *     float32.
 * @param iterations the number of iterations done; 0 for a method that does not iterate
 * @param reason why the decomposition ended
 * @param errors the relative error after each iteration
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed or compared.
public record Decomposition(
    LowRankTensor tensor,
    double relativeError,
    int iterations,
    TerminationReason reason,
    double[] errors)
    implements Serializable {

  /** 1 − relative error. */
  public double fit() {
    return 1 - relativeError;
  }
}
