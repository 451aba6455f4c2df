package io.github.trawl.distributed;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills executors of a {@link LocalCluster}, one at a time, while a job runs. */
public final class ExecutorKiller implements AutoCloseable {
  /** Spark gives a task up that has failed four times. */
  private static final int MOST_KILLS = 3;

  private final AtomicInteger killed = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Thread thread = new Thread(this::run, "executor-killer");

  private ExecutorKiller() {}

  /** Begins; {@link #close} ends it. */
  public static ExecutorKiller start() {
    ExecutorKiller killer = new ExecutorKiller();
    killer.thread.start();
    return killer;
  }

  /** How many have been killed. */
  public int killed() {
    return killed.get();
  }

  private void run() {
    List<ProcessHandle> before = executors();
    while (!ended.get() && killed.get() < MOST_KILLS) {
      // The next one is killed once there is another in the place of the last.
      List<ProcessHandle> now = executors();
      if (now.size() >= 2 && (killed.get() == 0 || !before.containsAll(now))) {
        before = now;
        now.get(killed.get() % now.size()).destroyForcibly();
        killed.incrementAndGet();
      }
      pause();
    }
  }

  /** The only processes that this one has started; their class paths are too long to be seen. */
  private static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .children()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .toList();
  }

  private static void pause() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    ended.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
