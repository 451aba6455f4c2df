package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;

/** Thrown if a candidate can't be evaluated for a reason that concerns no other candidate. */
final class FailedCandidateException extends Exception {
  private static final long serialVersionUID = 1L;

  private final TrawlException reason;

  FailedCandidateException(TrawlException reason) {
    super(reason.getMessage(), reason);
    this.reason = reason;
  }

  TrawlException reason() {
    return reason;
  }
}
