package io.github.trawl.sweep.report;

import java.util.List;
import java.util.Optional;

/**
 * The model without any edit.
 *
 * @param validation on all validation rows
 * @param test on all test rows; absent until they were asked for
 * @param others what else was measured
 */
public record Unmodified(Score validation, Optional<Score> test, List<OtherScore> others) {
  public Unmodified {
    others = List.copyOf(others);
  }
}
