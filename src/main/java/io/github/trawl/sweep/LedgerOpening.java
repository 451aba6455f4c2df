package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.sweep.ledger.Holder;
import io.github.trawl.sweep.ledger.Ledger;
import io.github.trawl.sweep.ledger.LedgerHeldException;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the ledger of a sweep, and waits for a holder that may be dead. A scheduler that loses a
 * machine with its driver starts another driver elsewhere at once; if the lost one still holds the
 * ledger then, an immediate error would end the sweep.
 */
final class LedgerOpening {
  /** The longest time between two looks at the holder. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(LedgerOpening.class);

  private LedgerOpening() {}

  /**
   * Opens the ledger as {@link Ledger#open} does. If it is held by a run whose process can't be
   * seen from here, waits until that run gives a sign of life or is taken for dead.
   *
   * @throws LedgerHeldException if a run that is alive holds the ledger
   */
  static Ledger open(Path output, ObjectNode identity, Duration staleAfter, Configuration hadoop) {
    Optional<Holder> watched = Optional.empty();
    while (true) {
      try {
        return Ledger.open(output, identity, staleAfter, hadoop);
      } catch (LedgerHeldException e) {
        Optional<Holder> now = Optional.of(e.holder());
        // A visible process that had ended would not hold the ledger. A holder that differs from
        // the watched one has given a sign of life, or is a third run.
        if (e.holder().visible() || (watched.isPresent() && !watched.equals(now))) {
          throw e;
        }
        if (watched.isEmpty()) {
          LOG.warn(
              "{}: another run holds it ({}); this one takes it over unless that one gives a sign of life within {} s",
              Problems.show(output),
              e.holder().describe(),
              e.remaining().toSeconds() + 1);
        }
        watched = now;
        pause(e.remaining());
      }
    }
  }

  private static void pause(Duration remaining) {
    // Slightly longer than what remains, since the times of files are whole milliseconds.
    Duration rest = remaining.plusMillis(10);
    try {
      Thread.sleep((rest.compareTo(PAUSE) < 0 ? rest : PAUSE).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "interrupted while waiting for the run that holds the output; run the sweep again",
          e);
    }
  }
}
