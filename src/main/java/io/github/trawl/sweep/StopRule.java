package io.github.trawl.sweep;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Ends a run after a number of failures or an amount of time. What is finished is kept; solves that
 * are under way are abandoned and done again by the next run. Safe for several threads.
 */
final class StopRule {
  /** Thrown to end a run by a stop rule; its results so far are valid. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(String reason) {
      super(reason, null, false, false);
    }
  }

  private final OptionalInt maxFailures;
  private final Optional<Duration> timeLimit;
  private final LongSupplier nanoTime;
  private final long start;
  private final AtomicInteger failures = new AtomicInteger();

  /** Creates a rule whose time begins now. */
  StopRule(SweepSettings settings) {
    this(settings.maxFailures(), settings.timeLimit(), System::nanoTime);
  }

  StopRule(OptionalInt maxFailures, Optional<Duration> timeLimit, LongSupplier nanoTime) {
    this.maxFailures = maxFailures;
    this.timeLimit = timeLimit;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** Counts a piece of work that has failed. */
  void addFailure() {
    failures.incrementAndGet();
  }

  /** Returns how many pieces of work have failed in this run. */
  int failures() {
    return failures.get();
  }

  /** Returns the reason to begin nothing new; empty while there is none. */
  Optional<String> reason() {
    if (maxFailures.isPresent() && failures.get() >= maxFailures.getAsInt()) {
      return Optional.of(failures.get() + " failures");
    }
    return timeLimit
        .filter(limit -> nanoTime.getAsLong() - start >= limit.toNanos())
        .map(limit -> "its time limit of " + text(limit) + " has passed");
  }

  private static String text(Duration limit) {
    return limit.toMinutes() < 10 ? limit.toSeconds() + " seconds" : limit.toMinutes() + " minutes";
  }

  /**
   * Checks whether the run may go on.
   *
   * @throws StoppedException if it is to end
   */
  void check() {
    reason()
        .ifPresent(
            why -> {
              throw new StoppedException(why);
            });
  }
}
