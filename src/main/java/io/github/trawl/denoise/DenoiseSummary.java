package io.github.trawl.denoise;

import java.util.List;

/**
 * What a run did.
 *
 * @param stacks the number of decomposed stacks
 * @param members the number of decompositions of each stack
 * @param matrices the number of replaced matrices; 0 if there are several members, for which only
 *     factors are written
 * @param meanFit the mean over the stacks of their best member's fit, 1 − relative error
 * @param steps the steps of the run with their times
 * @param remarks for the user, a line each
 */
public record DenoiseSummary(
    int stacks, int members, int matrices, double meanFit, List<Step> steps, List<String> remarks) {
  /** A step of the run with the seconds that it took. */
  public record Step(String name, double seconds) {}
}
