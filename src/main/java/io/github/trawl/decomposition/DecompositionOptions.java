package io.github.trawl.decomposition;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.tensor.TensorShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * How a tensor is decomposed: once for each rank (or ratio) and each seed.
 *
 * @param method the method of all decompositions
 * @param ranks each at least 1, all different; empty where ratios are given
 * @param ratios ρ in (0, 1], all different: ranks as shares of the shorter side of a matrix (LASER,
 *     arXiv 2312.13558); empty where ranks are given
 * @param seeds the seeds of the random start, all different; ignored by a method without one
 * @param maxIterations at least 1
 * @param tolerance iterations end when the relative error changes by less than this twice in a row;
 *     at least 0, and 0 runs all iterations
 * @param start the distribution of the random start; ignored by a method without one
 * @param acceleration ignored by a method that can't be accelerated
 */
public record DecompositionOptions(
    DecompositionMethod method,
    List<Integer> ranks,
    List<Double> ratios,
    List<Long> seeds,
    int maxIterations,
    double tolerance,
    StartDistribution start,
    Acceleration acceleration)
    implements Serializable {

  /** Checks the ranges, and that there is either a rank or a ratio. */
  public DecompositionOptions {
    ranks = List.copyOf(ranks);
    ratios = List.copyOf(ratios);
    seeds = List.copyOf(seeds);
    require(ranks.isEmpty() != ratios.isEmpty(), "either ranks or ratios", ranks, ratios);
    require(ranks.stream().allMatch(rank -> rank >= 1), "ranks of at least 1", ranks);
    require(ratios.stream().allMatch(ratio -> ratio > 0 && ratio <= 1), "ratios in (0, 1]", ratios);
    require(
        ratios.isEmpty() || method.options().contains(MethodOption.RATIO),
        "no ratios for " + method.key(),
        ratios);
    require(!seeds.isEmpty(), "at least one seed", seeds);
    for (List<?> values : List.of(ranks, ratios, seeds)) {
      require(new HashSet<>(values).size() == values.size(), "different values", values);
    }
    require(maxIterations >= 1, "at least one iteration", maxIterations);
    require(tolerance >= 0, "a tolerance of at least 0", tolerance);
  }

  /** Options for one rank and seed, with the paper's uniform start and without acceleration. */
  public static DecompositionOptions of(
      DecompositionMethod method, int rank, long seed, int maxIterations, double tolerance) {
    return new DecompositionOptions(
        method,
        List.of(rank),
        List.of(),
        List.of(seed),
        maxIterations,
        tolerance,
        StartDistribution.UNIFORM,
        Acceleration.NONE);
  }

  /** Options for one ratio, for a method without iterations. */
  public static DecompositionOptions ofRatio(DecompositionMethod method, double ratio) {
    return new DecompositionOptions(
        method,
        List.of(),
        List.of(ratio),
        List.of(0L),
        1,
        method.defaultTolerance(),
        StartDistribution.UNIFORM,
        Acceleration.NONE);
  }

  /**
   * Returns the names of the decompositions, which are called members, in the order of {@link
   * #members}. The names, such as {@code r64-s3} or {@code p0.1}, are the same for all tensors.
   */
  public List<String> memberNames() {
    List<String> names = new ArrayList<>();
    for (Object size : ranks.isEmpty() ? ratios : ranks) {
      for (long seed : effectiveSeeds()) {
        String name = (ranks.isEmpty() ? "p" : "r") + size;
        names.add(hasSeeds() ? name + "-s" + seed : name);
      }
    }
    return names;
  }

  /**
   * Returns the members for a tensor of this shape: for each rank in turn, one member for each
   * seed.
   *
   * @throws TrawlException of category {@code USAGE} if a rank is more than the method's
   *     {@linkplain DecompositionMethod#largestRank largest}, or a ratio leaves rank 0
   */
  public List<MemberSpec> members(TensorShape shape) {
    List<String> names = memberNames();
    List<MemberSpec> members = new ArrayList<>();
    int sizes = Math.max(ranks.size(), ratios.size());
    for (int i = 0; i < sizes; i++) {
      int rank = ranks.isEmpty() ? rankForRatio(ratios.get(i), shape) : ranks.get(i);
      int largest = method.largestRank(shape);
      if (rank > largest) {
        throw usage(
            "rank %d is more than the largest that %s accepts for a tensor of shape %s; give ranks up to %d"
                .formatted(rank, method.key(), shape, largest));
      }
      for (long seed : effectiveSeeds()) {
        members.add(new MemberSpec(names.get(members.size()), rank, seed));
      }
    }
    return members;
  }

  private boolean hasSeeds() {
    return method.options().contains(MethodOption.SEED);
  }

  private List<Long> effectiveSeeds() {
    return hasSeeds() ? seeds : List.of(0L);
  }

  /** Returns the integer part of ρ · min(rows, columns), as LASER does. */
  private static int rankForRatio(double ratio, TensorShape shape) {
    int rank = (int) (ratio * shape.shorterSide());
    if (rank == 0) {
      throw usage(
          "ratio %s of a %d x %d matrix leaves rank 0; raise it to %s or more"
              .formatted(ratio, shape.rows(), shape.columns(), smallestRatio(shape)));
    }
    return rank;
  }

  /** Returns the smallest ratio that gives rank 1: some quotients 1/n times n are less than 1. */
  private static double smallestRatio(TensorShape shape) {
    double ratio = 1.0 / shape.shorterSide();
    while ((int) (ratio * shape.shorterSide()) == 0) {
      ratio = Math.nextUp(ratio);
    }
    return ratio;
  }

  private static void require(boolean valid, String wanted, Object... found) {
    if (!valid) {
      throw new IllegalArgumentException("wanted " + wanted + ", not " + List.of(found));
    }
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
