package io.github.trawl.evaluation;

import io.github.trawl.TrawlException;

/** A candidate can't be evaluated, while the unmodified model can: others may go on. */
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
