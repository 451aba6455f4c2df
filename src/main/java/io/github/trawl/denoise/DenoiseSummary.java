package io.github.trawl.denoise;

import java.util.List;

/**
 * What a run did.
 *
 * @param stacks decomposed
 * @param matrices replaced
 * @param meanFit over the stacks, 1 − relative error
 * @param seconds by step
 * @param remarks of the plan
 */
public record DenoiseSummary(
    int stacks, int matrices, double meanFit, List<Step> seconds, List<String> remarks) {
  /** A step of the run with the seconds that it took. */
  public record Step(String name, double seconds) {}
}
