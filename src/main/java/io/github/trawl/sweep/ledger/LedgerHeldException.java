package io.github.trawl.sweep.ledger;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.time.Duration;

/** Thrown when another run holds the output and may be alive. */
public final class LedgerHeldException extends TrawlException {
  private static final long serialVersionUID = 1L;

  private final transient Holder holder;
  private final Duration remaining;

  LedgerHeldException(String where, Holder holder, Duration remaining) {
    super(
        ErrorCategory.USAGE,
        where
            + ": another run writes to it ("
            + holder.describe()
            + "); wait for it, or stop it; if it is dead, run again in "
            // Rounded up, as it would still be held when less has passed.
            + (remaining.toSeconds() + 1)
            + " s, or choose another output");
    this.holder = holder;
    this.remaining = remaining;
  }

  /** Returns the run that holds the output. */
  public Holder holder() {
    return holder;
  }

  /** Returns after how long the holder is presumed dead if it gives no further sign of life. */
  public Duration remaining() {
    return remaining;
  }
}
