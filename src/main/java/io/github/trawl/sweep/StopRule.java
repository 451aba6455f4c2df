package io.github.trawl.sweep;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Ends a run in good order: what is finished is kept; solves that are under way are given up and
 * done again by the next run. Safe for several threads.
 */
final class StopRule {
  /** A rule ends the run; nothing is wrong with what was measured. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(String reason) {
      super(reason, null, false, false);
    }
  }

  private final OptionalInt mostFailures;
  private final Optional<Duration> time;
  private final LongSupplier nanoTime;
  private final long start;
  private final AtomicInteger failures = new AtomicInteger();

  /** A rule whose time begins now. */
  StopRule(SweepSettings settings) {
    this(settings.failures(), settings.time(), System::nanoTime);
  }

  StopRule(OptionalInt mostFailures, Optional<Duration> time, LongSupplier nanoTime) {
    this.mostFailures = mostFailures;
    this.time = time;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** Notes that a piece of work has failed. */
  void failed() {
    failures.incrementAndGet();
  }

  /** How many pieces of work have failed in this run. */
  int failures() {
    return failures.get();
  }

  /** The reason to begin nothing new; empty while there is none. */
  Optional<String> reason() {
    if (mostFailures.isPresent() && failures.get() >= mostFailures.getAsInt()) {
      return Optional.of(failures.get() + " failures");
    }
    return time.filter(limit -> nanoTime.getAsLong() - start >= limit.toNanos())
        .map(limit -> "its time of " + limit.toMinutes() + " minutes is over");
  }

  /**
   * Ends the run if it is to end.
   *
   * @throws StoppedException if it is
   */
  void check() {
    reason()
        .ifPresent(
            why -> {
              throw new StoppedException(why);
            });
  }
}
