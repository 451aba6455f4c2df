package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * CP decomposition by alternating least squares (Kolda and Bader, Tensor Decompositions and
 * Applications, section 3.4). The decompositions of one tensor for several ranks and seeds are
 * computed together, as the members of a {@link CpBatch}.
 *
 * <p>Factors have a random {@linkplain StartDistribution start} and are not normalised between
 * iterations, as in TensorLy's {@code parafac} with its defaults; an iteration updates the slices,
 * the columns, then the rows. The slices are solved first, as in TensorLy: from a random start this
 * leads to visibly better fits than solving a large mode first. A member that has converged leaves
 * the batch. The results are normalised: unit columns, weights descending.
 */
public final class CpAls {
  private final CpOptions options;
  private final Blas blas;
  private final OffHeapMemory memory;
  private final Listener listener;

  /**
   * A solver.
   *
   * @param memory for R×R and K×R scratch matrices
   */
  public CpAls(CpOptions options, Blas blas, OffHeapMemory memory, Listener listener) {
    this.options = options;
    this.blas = blas;
    this.memory = memory;
    this.listener = listener;
  }

  /** Receives the progress after each iteration. */
  @FunctionalInterface
  public interface Listener {
    /** Ignores all progress. */
    Listener NONE = (iteration, members, bestFit) -> {};

    /**
     * Called when an iteration is done.
     *
     * @param iteration its number, from 1
     * @param members the number of members that took part
     * @param bestFit the largest fit, 1 − relative error, among them; at least 0
     */
    void iterationDone(int iteration, int members, double bestFit);
  }

  /**
   * Returns the decompositions of the members, in their order.
   *
   * @throws NotFiniteException if a value of an iteration or a weight of the result exceeds the
   *     range of its type, or the tensor has values that are not finite
   */
  public List<Decomposition> decompose(CpPasses passes, List<CpMember> members) {
    double squaredNorm = NotFiniteException.check("the squared norm", passes.squaredNorm());
    if (squaredNorm == 0) {
      return members.stream().map(member -> zero(passes, member)).toList();
    }
    Decomposition[] results = new Decomposition[members.size()];
    CpKernels kernels = new CpKernels(blas, memory);
    CpBatch batch = new CpBatch(members);
    // For each member of the current batch, its index in members.
    List<Integer> origin = new ArrayList<>();
    List<double[]> errors = new ArrayList<>();
    for (int member = 0; member < members.size(); member++) {
      origin.add(member);
      errors.add(new double[options.maxIterations()]);
    }
    double[][] columnGrams = passes.start(batch);
    CpKernels.RowSums rows = passes.startRows();
    Extrapolation extrapolation =
        options.acceleration() == Acceleration.EXTRAPOLATION ? new Extrapolation(batch) : null;
    for (int iteration = 1; batch.size() > 0; iteration++) {
      float[] c =
          kernels.solveSlices(
              batch,
              passes.depth(),
              rows.sliceMttkrp(),
              NormalEquations.of(blas, memory, rows.grams(), columnGrams));
      double[][] rowGrams = rows.grams();
      if (extrapolation != null) {
        double[] steps = extrapolation.nextSteps();
        c = extrapolation.extrapolateSlices(c, steps);
        rowGrams = passes.extrapolateRows(steps);
      }
      double[][] sliceGrams = kernels.grams(batch, passes.depth(), c);
      CpPasses.Update update =
          passes.update(c, NormalEquations.of(blas, memory, rowGrams, sliceGrams), sliceGrams);
      columnGrams = update.columnGrams();
      rows = update.rows();
      List<Integer> finished = new ArrayList<>();
      List<Integer> unfinished = new ArrayList<>();
      double bestFit = 0;
      for (int member = 0; member < batch.size(); member++) {
        double[] history = errors.get(origin.get(member));
        double modelSquare =
            squaredModelNorm(rows.grams()[member], sliceGrams[member], columnGrams[member]);
        double error =
            Math.sqrt(Math.max(0, squaredDistance(squaredNorm, modelSquare, rows.inner()[member])))
                / Math.sqrt(squaredNorm);
        history[iteration - 1] = error;
        if (extrapolation != null) {
          extrapolation.iterationDone(member, error);
        }
        bestFit = Math.max(bestFit, 1 - error);
        boolean ends = iteration == options.maxIterations() || converged(history, iteration);
        (ends ? finished : unfinished).add(member);
      }
      Iterator<float[]> columnFactors = passes.columnFactors(finished).iterator();
      for (int member : finished) {
        double[] history = errors.get(origin.get(member));
        results[origin.get(member)] =
            new Decomposition(
                normalised(
                    batch.rank(member),
                    sliceFactor(batch, member, c),
                    passes.rowFactor(member),
                    columnFactors.next()),
                history[iteration - 1],
                iteration,
                converged(history, iteration)
                    ? TerminationReason.TOLERANCE_REACHED
                    : TerminationReason.MAX_ITERATIONS,
                Arrays.copyOf(history, iteration));
      }
      listener.iterationDone(iteration, batch.size(), bestFit);
      if (unfinished.size() < batch.size()) {
        passes.retain(unfinished);
        if (extrapolation != null) {
          extrapolation.retain(unfinished);
        }
        CpBatch kept = batch.select(unfinished);
        double[] inner = rows.inner();
        columnGrams = selected(columnGrams, unfinished);
        rows =
            new CpKernels.RowSums(
                selected(rows.grams(), unfinished),
                retainColumns(batch, unfinished, kept, rows.sliceMttkrp(), passes.depth()),
                unfinished.stream().mapToDouble(index -> inner[index]).toArray());
        origin = new ArrayList<>(unfinished.stream().map(origin::get).toList());
        batch = kept;
      }
    }
    return List.of(results);
  }

  /**
   * Returns ‖X − M‖² = ‖X‖² + ‖M‖² − 2⟨X, M⟩, which rounding may make negative. It is checked here
   * because {@code Math.max(0, …)} would turn an overflow to −∞ into 0.
   */
  private static double squaredDistance(double squaredNorm, double squaredModelNorm, double inner) {
    return NotFiniteException.check(
        "the distance to the approximation", squaredNorm + squaredModelNorm - 2 * inner);
  }

  private boolean converged(double[] errors, int iteration) {
    return Convergence.reached(errors, iteration, options.tolerance());
  }

  /** ‖M‖² = Σ of the element-wise product of the three Gram matrices. */
  private static double squaredModelNorm(double[] a, double[] b, double[] c) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i] * c[i];
    }
    return sum;
  }

  private static float[] sliceFactor(CpBatch batch, int member, float[] c) {
    int rank = batch.rank(member);
    int width = batch.width();
    float[] values = new float[c.length / width * rank];
    for (int k = 0; k < c.length / width; k++) {
      System.arraycopy(c, k * width + batch.offset(member), values, k * rank, rank);
    }
    return values;
  }

  private static double[][] selected(double[][] values, List<Integer> members) {
    return members.stream().map(Arrays.asList(values)::get).toArray(double[][]::new);
  }

  private static double[] retainColumns(
      CpBatch batch, List<Integer> members, CpBatch kept, double[] values, int depth) {
    double[] result = new double[depth * kept.width()];
    for (int k = 0; k < depth; k++) {
      for (int i = 0; i < members.size(); i++) {
        System.arraycopy(
            values,
            k * batch.width() + batch.offset(members.get(i)),
            result,
            k * kept.width() + kept.offset(i),
            kept.rank(i));
      }
    }
    return result;
  }

  private static Decomposition zero(CpPasses passes, CpMember member) {
    int rank = member.rank();
    KruskalTensor tensor =
        new KruskalTensor(
            new float[rank],
            new float[passes.depth() * rank],
            new float[passes.rows() * rank],
            new float[passes.columns() * rank]);
    return new Decomposition(tensor, 0, 0, TerminationReason.ZERO_TENSOR, new double[0]);
  }

  private static KruskalTensor normalised(int rank, float[] c, float[] a, float[] b) {
    double[] weights = new double[rank];
    Arrays.fill(weights, 1);
    for (float[] factor : List.of(c, a, b)) {
      normaliseColumns(factor, weights);
    }
    Integer[] order = new Integer[rank];
    Arrays.setAll(order, r -> r);
    Arrays.sort(order, (left, right) -> Double.compare(weights[right], weights[left]));
    float[] sorted = new float[rank];
    for (int r = 0; r < rank; r++) {
      sorted[r] = (float) weights[order[r]];
      NotFiniteException.check("the weight of a component", sorted[r]);
    }
    return new KruskalTensor(sorted, reordered(c, order), reordered(a, order), reordered(b, order));
  }

  private static void normaliseColumns(float[] factor, double[] weights) {
    int rank = weights.length;
    double[] squares = new double[rank];
    for (int i = 0; i < factor.length; i++) {
      squares[i % rank] += (double) factor[i] * factor[i];
    }
    for (int r = 0; r < rank; r++) {
      double norm = Math.sqrt(squares[r]);
      weights[r] *= norm;
      squares[r] = norm == 0 ? 0 : 1 / norm;
    }
    for (int i = 0; i < factor.length; i++) {
      factor[i] = (float) (factor[i] * squares[i % rank]);
    }
  }

  private static float[] reordered(float[] factor, Integer[] order) {
    int rank = order.length;
    float[] result = new float[factor.length];
    for (int row = 0; row < factor.length; row += rank) {
      for (int r = 0; r < rank; r++) {
        result[row + r] = factor[row + order[r]];
      }
    }
    return result;
  }
}
