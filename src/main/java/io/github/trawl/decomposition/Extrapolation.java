package io.github.trawl.decomposition;

import java.util.Arrays;
import java.util.List;

/**
 * Nesterov's extrapolation of CP-ALS with restarts (Mitchell, Ye and De Sterck, Nesterov
 * acceleration of alternating least squares for canonical tensor decomposition, 2020).
 *
 * <p>In the k-th iteration a solved factor F is replaced by F + β·(F − F̄), where F̄ is the same
 * factor as solved one iteration earlier and β = (k − 1)/(k + 2); β is 0 for k < {@value
 * #FIRST_ITERATION}. Only C and A are moved, just after C is solved: the rest of the iteration
 * depends on no other factor, so no pass over the tensor is added. For a member whose error has
 * risen, k starts again from 1.
 */
final class Extrapolation {
  /**
   * The first k with an extrapolation. Differences before it mostly lead away from the random start
   * and say little about the direction of later iterations.
   */
  private static final int FIRST_ITERATION = 3;

  private CpBatch batch;

  /** k of each member. */
  private int[] iterations;

  /** The error of each member after its last iteration. */
  private double[] errors;

  /** C as solved in the last iteration, K×W; null before the first. */
  private float[] previous;

  Extrapolation(CpBatch batch) {
    this.batch = batch;
    this.iterations = new int[batch.size()];
    this.errors = new double[batch.size()];
    Arrays.fill(errors, Double.POSITIVE_INFINITY);
  }

  /** The factor β of each member for the iteration that begins now. */
  double[] nextSteps() {
    double[] steps = new double[iterations.length];
    for (int member = 0; member < steps.length; member++) {
      int iteration = ++iterations[member];
      steps[member] = iteration < FIRST_ITERATION ? 0 : (iteration - 1.0) / (iteration + 2.0);
    }
    return steps;
  }

  /** Returns C + β·(C − C̄), K×W, and keeps C as the C̄ of the next call. */
  float[] extrapolateSlices(float[] c, double[] steps) {
    float[] extrapolated = previous == null ? c : extrapolate(batch, c, previous, steps);
    previous = c;
    return extrapolated;
  }

  /** {@code factor} + β·({@code factor} − {@code previous}) for rows of width W. */
  static float[] extrapolate(CpBatch batch, float[] factor, float[] previous, double[] steps) {
    float[] extrapolated = new float[factor.length];
    int width = batch.width();
    for (int member = 0; member < batch.size(); member++) {
      int offset = batch.offset(member);
      for (int row = 0; row < factor.length; row += width) {
        for (int i = row + offset; i < row + offset + batch.rank(member); i++) {
          extrapolated[i] =
              (float) (factor[i] + steps[member] * ((double) factor[i] - previous[i]));
        }
      }
    }
    return extrapolated;
  }

  /** Records the error of a member after an iteration; if it has risen, k starts again from 1. */
  void iterationDone(int member, double error) {
    if (error > errors[member]) {
      iterations[member] = 0;
    }
    errors[member] = error;
  }

  /** Keeps the members at these indices only. */
  void retain(List<Integer> members) {
    CpBatch kept = batch.select(members);
    int depth = previous.length / batch.width();
    float[] columns = new float[depth * kept.width()];
    for (int k = 0; k < depth; k++) {
      for (int i = 0; i < members.size(); i++) {
        System.arraycopy(
            previous,
            k * batch.width() + batch.offset(members.get(i)),
            columns,
            k * kept.width() + kept.offset(i),
            kept.rank(i));
      }
    }
    previous = columns;
    iterations = members.stream().mapToInt(member -> iterations[member]).toArray();
    errors = members.stream().mapToDouble(member -> errors[member]).toArray();
    batch = kept;
  }
}
