package io.github.trawl.sweep;

import io.github.trawl.sweep.ledger.Failure;
import java.util.List;

/**
 * A contestant that could not be measured.
 *
 * @param point the name of the contestant
 * @param step what failed: {@code solve} or {@code scores}
 * @param attempts how often it was tried, over all runs
 * @param reason why the last attempt failed, one line
 */
record Failed(String point, String step, int attempts, String reason) {
  /**
   * Sums up the failed attempts at a unit of a contestant.
   *
   * @param point the name of the contestant
   * @param failures in the order of the attempts, at least one
   */
  static Failed of(String point, List<Failure> failures) {
    Failure last = failures.get(failures.size() - 1);
    return new Failed(point, last.kind(), failures.size(), last.message());
  }
}
