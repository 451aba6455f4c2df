package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Estimate;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.sweep.statistics.BestPoints;
import io.github.trawl.sweep.statistics.DifferenceMatrix;
import io.github.trawl.sweep.statistics.OneStandardErrorRule;
import io.github.trawl.sweep.statistics.PairedDifference;
import io.github.trawl.sweep.statistics.PairedTest;
import io.github.trawl.sweep.statistics.RomanoWolf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The statistics of a sweep: chooses a point by the validation scores, and compares points with the
 * unmodified model on the same examples, each by {@link PairedDifference} and {@link PairedTest},
 * and all together by {@link RomanoWolf}.
 */
final class SweepAnalysis {
  /** The confidence of all intervals. */
  static final double CONFIDENCE = 0.95;

  /** The number and seed of the bootstrap's resamples. */
  private static final int RESAMPLES = 2000;

  private static final long SEED = 0;

  private final SweepDefinition definition;
  private final Scoreboard board;
  private final SweepProgress progress;
  private final Map<String, Double> relativeErrors;
  private final Map<ComparisonKey, Optional<PairedComparison>> comparisons = new HashMap<>();
  private Optional<Choice> choice = Optional.empty();
  private boolean choiceComputed;

  /**
   * @param relativeErrors for each solved point the mean relative error of its stacks
   */
  SweepAnalysis(
      SweepDefinition definition,
      Scoreboard board,
      SweepProgress progress,
      Map<String, Double> relativeErrors) {
    this.definition = definition;
    this.board = board;
    this.progress = progress;
    this.relativeErrors = relativeErrors;
  }

  /**
   * A mean over examples with its 95 % interval.
   *
   * @param value the mean of the values by which contestants are compared: more is better
   * @param low the lower end of its interval
   * @param high the upper end
   * @param examples how many
   */
  record Value(double value, double low, double high, int examples) {
    private Value negated() {
      return new Value(-value, -high, -low, examples);
    }
  }

  private record ComparisonKey(String point, List<ExampleBlock> blocks) {}

  /**
   * A point compared with the unmodified model.
   *
   * @param score its own value
   * @param difference from the unmodified model on the same examples
   * @param test the paired test of the difference
   */
  record PairedComparison(Value score, Value difference, PairedTest test) {}

  /**
   * The points that are chosen by the validation examples.
   *
   * @param best the point with the highest value on all validation examples
   * @param suggested the mildest point within one standard error of the best
   * @param indistinguishable the points that can't be told from the best
   * @param familyWiseP for each point that saw all validation examples, the p value of being better
   *     than the unmodified model, adjusted for all these points
   */
  record Choice(
      String best,
      String suggested,
      Set<String> indistinguishable,
      Map<String, Double> familyWiseP) {}

  /**
   * Returns the blocks of the validation rounds that a point has seen, from the first round up to
   * one of which it lacks a block.
   */
  List<ExampleBlock> seenBlocks(String point) {
    List<ExampleBlock> seen = new ArrayList<>();
    for (List<ExampleBlock> round : definition.blocks().validationRounds()) {
      if (!round.stream().allMatch(block -> board.has(point, block))) {
        break;
      }
      seen.addAll(round);
    }
    return seen;
  }

  /**
   * Returns the value of a contestant over blocks; empty if there are no blocks, it has not
   * answered all of them, or a value is not finite. Where no interval is known, as for a single
   * example, both its ends are the value.
   */
  Optional<Value> value(String contestant, List<ExampleBlock> blocks) {
    if (blocks.isEmpty() || !hasAll(contestant, blocks)) {
      return Optional.empty();
    }
    double[] values = board.values(contestant, blocks);
    if (!Arrays.stream(values).allMatch(Double::isFinite)) {
      return Optional.empty();
    }
    Estimate estimate = isShare() ? Estimate.ofShare(values) : Estimate.ofMean(values);
    boolean known = Double.isFinite(estimate.low());
    // The report refuses a value outside of its interval, but rounding may put the lower end of a
    // Wilson interval slightly above a share of 0.
    return Optional.of(
        new Value(
            estimate.value(),
            known ? Math.min(estimate.low(), estimate.value()) : estimate.value(),
            known ? Math.max(estimate.high(), estimate.value()) : estimate.value(),
            values.length));
  }

  /**
   * Compares a point with the unmodified model; empty if one of them has no {@link #value} or there
   * are fewer than two examples.
   */
  Optional<PairedComparison> comparison(String point, List<ExampleBlock> blocks) {
    // The bootstrap is expensive, so each comparison is done once.
    return comparisons.computeIfAbsent(
        new ComparisonKey(point, blocks), asked -> compare(point, blocks));
  }

  private Optional<PairedComparison> compare(String point, List<ExampleBlock> blocks) {
    Optional<Value> own = value(point, blocks);
    if (own.isEmpty() || value(Contestant.UNMODIFIED_ID, blocks).isEmpty()) {
      return Optional.empty();
    }
    double[] values = board.values(point, blocks);
    double[] reference = board.values(Contestant.UNMODIFIED_ID, blocks);
    if (values.length < 2) {
      return Optional.empty();
    }
    PairedDifference difference =
        PairedDifference.of(values, reference, CONFIDENCE, RESAMPLES, SEED);
    // The report refuses a mean outside of its interval, and a bootstrap interval may lack it.
    return Optional.of(
        new PairedComparison(
            own.get(),
            new Value(
                difference.mean(),
                Math.min(difference.mean(), difference.interval().lower()),
                Math.max(difference.mean(), difference.interval().upper()),
                values.length),
            PairedTest.of(values, reference)));
  }

  /**
   * Returns what the validation examples choose; empty until all of them are done, and also
   * afterwards if no point is left or there are fewer than two examples.
   */
  Optional<Choice> choice() {
    if (!choiceComputed) {
      choice = choose();
      choiceComputed = true;
    }
    return choice;
  }

  private Optional<Choice> choose() {
    List<ExampleBlock> all = definition.validationBlocks();
    if (progress.winner().isEmpty()
        || value(Contestant.UNMODIFIED_ID, all).isEmpty()
        || all.stream().mapToInt(block -> block.examples().length).sum() < 2) {
      return Optional.empty();
    }
    List<String> family = progress.live();
    DifferenceMatrix differences =
        DifferenceMatrix.of(
            board.values(Contestant.UNMODIFIED_ID, all),
            family.size(),
            point -> board.values(family.get(point), all));
    double[] adjusted = RomanoWolf.adjustedP(differences, RESAMPLES, SEED);
    double[] bestPValues = BestPoints.pValues(differences, RESAMPLES, SEED);
    Set<String> indistinguishable = new TreeSet<>();
    Map<String, Double> familyWise = new HashMap<>();
    for (int i = 0; i < family.size(); i++) {
      familyWise.put(family.get(i), adjusted[i]);
      if (bestPValues[i] >= 1 - CONFIDENCE) {
        indistinguishable.add(family.get(i));
      }
    }
    int mildest = OneStandardErrorRule.mildest(differences, mildestFirst(family));
    return Optional.of(
        new Choice(progress.winner().get(), family.get(mildest), indistinguishable, familyWise));
  }

  /**
   * Returns a value with the sign that it has in results: negated if lower values of the metric are
   * better.
   */
  Value withReportedSign(Value value) {
    return isShare() || definition.metrics().get(0).higherIsBetter() ? value : value.negated();
  }

  /** Returns how far a point has come. */
  PointState state(String point) {
    if (progress.failed().containsKey(point)) {
      return PointState.FAILED;
    }
    int seen = seenBlocks(point).stream().mapToInt(block -> block.examples().length).sum();
    if (seen == 0) {
      return PointState.MISSING;
    }
    if (seen == definition.blocks().validationExamples()) {
      return PointState.COMPLETE;
    }
    return progress.rounds().stream().anyMatch(round -> round.dropped().contains(point))
        ? PointState.PRUNED
        : PointState.PARTIAL;
  }

  /** Returns whether examples of all tasks have values of 0 and 1. */
  boolean isShare() {
    return definition.metrics().stream().allMatch(Metric::isShare);
  }

  /**
   * Returns the indices of the points in ascending order of their relative errors: an edit with a
   * smaller error changes the weights less. An unknown error counts as 1.
   */
  private int[] mildestFirst(List<String> points) {
    return IntStream.range(0, points.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                (Integer i) -> relativeErrors.getOrDefault(points.get(i), 1.0)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private boolean hasAll(String contestant, List<ExampleBlock> blocks) {
    return blocks.stream().allMatch(block -> board.has(contestant, block));
  }
}
