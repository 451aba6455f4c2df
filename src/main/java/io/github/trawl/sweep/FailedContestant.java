package io.github.trawl.sweep;

import io.github.trawl.sweep.ledger.Failure;
import java.util.List;

/**
 * A contestant that could not be measured.
 *
 * @param contestant the name of the contestant
 * @param step what failed: {@code solve} or {@code scores}
 * @param attempts how often it was tried, over all runs; 1 for a factor file that is gone and can't
 *     be solved again, as the ledger keeps no failures of finished work
 * @param reason why the last attempt failed, one line
 */
record FailedContestant(String contestant, String step, int attempts, String reason) {
  /**
   * Sums up the failed attempts at a unit of a contestant.
   *
   * @param contestant the name of the contestant
   * @param failures in the order of the attempts, at least one
   */
  static FailedContestant of(String contestant, List<Failure> failures) {
    Failure last = failures.get(failures.size() - 1);
    return new FailedContestant(contestant, last.kind(), failures.size(), last.message());
  }
}
