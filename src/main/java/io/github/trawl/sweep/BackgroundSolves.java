package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;

/**
 * Runs the solves in a thread of its own while the caller's thread asks points that are solved.
 * Asking begins only when the remaining solves leave task slots idle. Before that, it would slow
 * the solves down and cost more, since points that are asked together share passes of the
 * unmodified layers.
 */
final class BackgroundSolves {
  private final Solves solves;

  /** Gets a permit for each batch that is solved or has failed, and one when the solves end. */
  private final Semaphore settled = new Semaphore(0);

  private volatile boolean askingEnded;
  private volatile Progress.Bar solvesBar;

  BackgroundSolves(Solves solves) {
    this.solves = solves;
  }

  /**
   * Solves the batches of points that are not solved yet. To be called once.
   *
   * @param ask asks points whose batches are all solved, each point once, in this thread. If it
   *     throws, the solves end as soon as another batch is solved or fails
   * @return the points that can't be measured because one of their solves failed, by name
   * @throws StopRule.StoppedException if the run is to end
   */
  Map<String, FailedContestant> run(
      List<PlannedPoint> points,
      StopRule stop,
      Progress progress,
      BiConsumer<List<PlannedPoint>, Progress> ask) {
    FutureTask<Map<String, FailedContestant>> solving =
        new FutureTask<>(() -> solves.run(points, stop, rememberBar(progress), this::settle));
    Thread thread =
        new Thread(
            () -> {
              solving.run();
              settled.release();
            },
            "solves");
    thread.setDaemon(true);
    thread.start();
    try {
      Set<PlannedPoint> asked = new HashSet<>();
      while (awaitChange(solving)) {
        List<PlannedPoint> ready =
            solves.leaveIdleSlots()
                ? points.stream()
                    .filter(point -> !asked.contains(point) && solves.isReady(point))
                    .toList()
                : List.of();
        if (!ready.isEmpty()) {
          asked.addAll(ready);
          ask.accept(ready, askProgress());
        }
      }
      return result(solving);
    } finally {
      askingEnded = true;
      // Nothing must be written once the caller has closed the ledger.
      join(thread);
    }
  }

  private void settle() {
    settled.release();
    if (askingEnded) {
      throw new StopRule.StoppedException("what ran beside the solves has ended");
    }
  }

  /**
   * Waits until another batch has been solved or has failed, or the solves have ended.
   *
   * @return whether the solves go on
   */
  private boolean awaitChange(FutureTask<?> solving) {
    try {
      settled.acquire();
      settled.drainPermits();
      return !solving.isDone();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Map<String, FailedContestant> result(
      FutureTask<Map<String, FailedContestant>> solving) {
    try {
      return solving.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static TrawlException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new TrawlException(
        ErrorCategory.SYSTEM,
        "interrupted while waiting for the solves; run the sweep again",
        cause);
  }

  /** Returns a progress that remembers the bar of the solves. */
  private Progress rememberBar(Progress progress) {
    return (task, total) -> {
      solvesBar = progress.start(task, total);
      return solvesBar;
    };
  }

  /**
   * Returns a progress that is shown as notes in the bar of the solves, since a terminal has room
   * for one bar only.
   */
  private Progress askProgress() {
    Progress.Bar bar = solvesBar;
    return (task, total) ->
        new Progress.Bar() {
          @Override
          public void step(String note) {
            bar.note("meanwhile " + note);
          }

          @Override
          public void note(String note) {
            bar.note("meanwhile " + note);
          }

          @Override
          public void close() {}
        };
  }
}
