package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.MemberSpec;
import io.github.trawl.evaluation.PlannedTask;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.PassCost;
import io.github.trawl.evaluation.model.Stop;
import io.github.trawl.plan.EstimateText;
import io.github.trawl.plan.Hardware;
import io.github.trawl.plan.IterationCost;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.spark.ContainerMemory;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Estimates what a sweep costs before anything runs: an order of magnitude, by which to choose a
 * grid. The time of asking includes matrix products only. The time of solving is that of as many
 * iterations as are allowed. What a composition tries is not counted.
 */
final class SweepEstimate {
  /** Grids beyond these limits are probably mistakes, and are refused unless the user insists. */
  private static final int MOST_POINTS = 20_000;

  private static final double MOST_HOURS = 24 * 14;
  private static final double MOST_FACTOR_BYTES = 1e12;

  private final SweepDefinition definition;
  private final List<SolveBatch> batches;
  private final PassCost cost;
  private final List<PlannedTask> tasks;
  private final boolean streamed;
  private final NumberType numbers;
  private final long modelBytes;
  private final long memoryBytes;

  /**
   * Prepares an estimate.
   *
   * @param cost of a pass of the model
   * @param tasks in the order in which {@code definition} names them
   * @param streamed whether an executor holds one layer of the model at a time
   * @param modelBytes bytes of the weights as an executor holds them
   * @param memoryBytes bytes that an executor may take outside its heap
   */
  SweepEstimate(
      SweepDefinition definition,
      PassCost cost,
      List<PlannedTask> tasks,
      boolean streamed,
      NumberType numbers,
      long modelBytes,
      long memoryBytes) {
    this.definition = definition;
    this.batches = definition.grid().batches();
    this.cost = cost;
    this.tasks = List.copyOf(tasks);
    this.streamed = streamed;
    this.numbers = numbers;
    this.modelBytes = modelBytes;
    this.memoryBytes = memoryBytes;
  }

  String text(Hardware hardware) {
    Map<String, Integer> byMethod = new HashMap<>();
    definition
        .grid()
        .points()
        .forEach(point -> byMethod.merge(point.point().method().key(), 1, Integer::sum));
    EstimateText text = new EstimateText();
    text.line(
        "points",
        "%,d: %s",
        definition.grid().points().size(),
        String.join(
            ", ",
            byMethod.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(
                    entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                .toList()));
    text.line(
        "stacks",
        "%,d, decomposed in %,d solves",
        batches.stream().map(batch -> batch.key().slices()).distinct().count(),
        batches.size());
    text.line(
        "bytes",
        "%s of weights read, %s of factors written",
        EstimateText.bytes(
            batches.stream().mapToDouble(batch -> batch.solve().stack().storedBytes()).sum()),
        EstimateText.bytes(factorBytes()));
    text.line(
        "validation",
        "%,d examples in %d rounds; all points see %s",
        definition.blocks().validationExamples(),
        definition.blocks().validationRounds().size(),
        races()
            ? String.format(
                Locale.ROOT,
                "the first %,d; the rest is seen by those not found worse than the best",
                examples(definition.blocks().validationRounds().get(0)))
            : "all of them");
    text.line(
        "test",
        "%,d examples, for the unmodified model and %s",
        definition.blocks().testExamples(),
        races() ? String.format(Locale.ROOT, "%,d points", testedPoints()) : "all points");
    text.line(
        "evaluations",
        (races() ? "%,.0f to %,.0f, counted in examples" : "%2$,.0f, counted in examples")
            + (definition.settings().composition() == Composition.GREEDY
                ? ", without those of compose: greedy"
                : ""),
        evaluations(false),
        evaluations(true));
    text.line("solving", "about %s", EstimateText.time(solveSeconds(hardware)));
    text.line(
        "asking",
        races() ? "about %s to %s" : "about %2$s",
        EstimateText.time(askSeconds(hardware, false)),
        EstimateText.time(askSeconds(hardware, true)));
    text.line(
        "memory",
        "an executor holds %s, %,d MiB, of the %,d MiB that --memory.off-heap allows%s; set spark.executor.memoryOverhead to at least %dm, and leave room for copies of the edited weights",
        streamed
            ? "a layer of the model at a time and what stands outside the layers, in " + numbers
            : "the model in " + numbers,
        EstimateText.mebibytes(modelBytes),
        memoryBytes >> 20,
        modelBytes > memoryBytes ? ", which is too little" : "",
        EstimateText.mebibytes(ContainerMemory.overheadBytes(memoryBytes)));
    text.line(
        "hardware",
        "%d executors of %d cores at %.0f GFLOP/s",
        hardware.executors(),
        hardware.cores(),
        hardware.gigaflops());
    definition.grid().remarks().forEach(text::note);
    return text.toString();
  }

  void requirePlausibleSize(Hardware hardware) {
    int points = definition.grid().points().size();
    double hours = (solveSeconds(hardware) + askSeconds(hardware, true)) / 3600;
    if (points > MOST_POINTS || hours > MOST_HOURS || factorBytes() > MOST_FACTOR_BYTES) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          String.format(
              Locale.ROOT,
              "the grid has %,d points, whose factors take %s and which take up to %s on %d executors of %d cores; look at it with --plan, and give --yes if it is meant",
              points,
              EstimateText.bytes(factorBytes()),
              EstimateText.time(hours * 3600),
              hardware.executors(),
              hardware.cores()));
    }
  }

  private boolean races() {
    return definition.settings().screening() == Screening.RACE;
  }

  private int testedPoints() {
    return Math.min(definition.grid().points().size(), 1 + definition.settings().runnersUp());
  }

  /**
   * Returns how many times a model is asked an example; additions of a composition are not counted.
   *
   * @param noDropouts whether to assume that no point drops out, rather than that all but those
   *     tested drop out after the first round
   */
  private double evaluations(boolean noDropouts) {
    double models = definition.grid().points().size() + 1.0;
    double first = examples(definition.blocks().validationRounds().get(0));
    double all = definition.blocks().validationExamples();
    boolean whole = noDropouts || !races();
    double validation =
        whole ? models * all : models * first + (1 + testedPoints()) * (all - first);
    double test = definition.blocks().testExamples();
    double tested = races() ? testedPoints() : models - 1;
    return validation
        + (tested + 1) * test
        + definition.settings().controls() * tested * (all + test);
  }

  private double solveSeconds(Hardware hardware) {
    return batches.stream().mapToDouble(batch -> solveSeconds(batch, hardware)).sum();
  }

  static double solveSeconds(SolveBatch batch, Hardware hardware) {
    WeightStack stack = batch.solve().stack();
    List<Integer> ranks =
        batch.options().members(stack.shape()).stream().map(MemberSpec::rank).toList();
    double parallelSolves = batch.solve().spread() ? 1 : hardware.slots();
    if (batch.key().method().isNested()) {
      return svdSeconds(stack, Collections.max(ranks), hardware) / parallelSolves;
    }
    IterationCost cost =
        batch.solve().spread()
            ? IterationCost.distributed(
                stack.depth(), stack.columns(), ranks, batch.solve().rowBlocks(), hardware)
            : IterationCost.inOneTask(
                stack.depth(), stack.rows(), stack.columns(), ranks, 1, hardware);
    return cost.seconds() * batch.options().maxIterations() / parallelSolves;
  }

  /**
   * Returns the seconds of the SVD of a matrix, which does not iterate. Of an m×n matrix, n being
   * the shorter side, the Gram matrix takes m·n² operations, its eigenvectors about 9·n³ (Golub and
   * Van Loan, Matrix Computations, section 8.3), and the vectors of the longer side 2·m·n·rank, in
   * float64, which is half as fast as float32.
   */
  private static double svdSeconds(WeightStack matrix, int rank, Hardware hardware) {
    double shorter = matrix.shape().shorterSide();
    double longer = Math.max(matrix.rows(), matrix.columns());
    double operations = shorter * (longer * shorter + 9 * shorter * shorter + 2 * longer * rank);
    return 2 * operations / (hardware.gigaflops() * 1e9);
  }

  /**
   * Returns the seconds of the matrix products. The layers before the first one that a point
   * changes run once for all points that are asked together.
   *
   * @param noDropouts as for {@link #evaluations}
   */
  private double askSeconds(Hardware hardware, boolean noDropouts) {
    Map<Stop, Double> operationsByStop = new HashMap<>();
    List<PlannedPoint> points = definition.grid().points();
    double own = 0;
    for (PlannedPoint point : points) {
      own += operationsByStop.computeIfAbsent(cost.firstUse(point.tensors()), this::operations);
    }
    double sharedPasses = (double) groups() / (points.size() + 1);
    double shared = sharedPasses * operations(Stop.before(0));
    return evaluations(noDropouts)
        * (own / points.size() + shared)
        / (hardware.gigaflops() * 1e9 * hardware.slots());
  }

  /** Returns how many groups share a pass of the unmodified model for each block. */
  private int groups() {
    return ContestantGroups.of(
            Stream.concat(
                    definition.grid().points().stream().map(Contestant::of),
                    Stream.of(Contestant.UNMODIFIED))
                .sorted(Contestant.BY_FIRST_LAYER)
                .toList(),
            definition.grid().layers())
        .size();
  }

  /**
   * Returns the operations for one example, averaged over the tasks.
   *
   * @param from where in the model the pass begins
   */
  private double operations(Stop from) {
    return tasks.stream().mapToDouble(task -> task.operations(cost, from)).average().orElse(0);
  }

  private double factorBytes() {
    double bytes = 0;
    for (SolveBatch batch : batches) {
      WeightStack stack = batch.solve().stack();
      double sides = (double) stack.depth() + stack.rows() + stack.columns();
      double ranks =
          batch.key().method().isNested()
              ? batch.options().members(stack.shape()).stream()
                  .mapToInt(MemberSpec::rank)
                  .max()
                  .orElse(0)
              : batch.options().members(stack.shape()).stream().mapToDouble(MemberSpec::rank).sum();
      bytes += Float.BYTES * (sides * ranks + coreValues(batch));
    }
    return bytes;
  }

  /**
   * Returns the number of values of the cores of Tucker decompositions, whose rank along the slices
   * is the number of slices; 0 for other methods.
   */
  private static double coreValues(SolveBatch batch) {
    WeightStack stack = batch.solve().stack();
    return batch.key().method() != DecompositionMethods.TUCKER
        ? 0
        : batch.options().members(stack.shape()).stream()
            .mapToDouble(member -> (double) stack.depth() * member.rank() * member.rank())
            .sum();
  }

  private static int examples(List<ExampleBlock> blocks) {
    return blocks.stream().mapToInt(block -> block.examples().length).sum();
  }
}
