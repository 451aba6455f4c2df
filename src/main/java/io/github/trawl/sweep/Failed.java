package io.github.trawl.sweep;

import io.github.trawl.sweep.ledger.Failure;
import java.util.List;

/**
 * A point that could not be measured.
 *
 * @param point its name
 * @param step what failed: {@code solve} or {@code scores}
 * @param attempts how often it was tried, over all runs
 * @param reason of the last attempt, one line
 */
record Failed(String point, String step, int attempts, String reason) {
  /** What failed attempts, at least one, say of a unit. */
  static Failed of(String point, List<Failure> failures) {
    Failure last = failures.get(failures.size() - 1);
    return new Failed(point, last.kind(), failures.size(), last.message());
  }
}
