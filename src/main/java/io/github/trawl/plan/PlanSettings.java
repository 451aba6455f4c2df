package io.github.trawl.plan;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a plan's report has to know of the run that is planned.
 *
 * @param rank of the CP decomposition, at least 1; empty where no cost is to be told
 * @param maxIterations iterations at most
 * @param distributedThreshold bytes above which a stack is spread over executors
 * @param blockBytes the most bytes of a row block of such a stack
 * @param hardware that the run is to have
 */
public record PlanSettings(
    OptionalInt rank,
    int maxIterations,
    long distributedThreshold,
    long blockBytes,
    Hardware hardware) {
  /** Checks the rank. */
  public PlanSettings {
    Objects.requireNonNull(hardware, "hardware");
    if (rank.isPresent() && rank.getAsInt() < 1) {
      throw new IllegalArgumentException("rank " + rank.getAsInt() + " is less than 1");
    }
  }
}
