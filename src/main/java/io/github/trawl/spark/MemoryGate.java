package io.github.trawl.spark;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.OffHeapMemoryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits the tasks of a process to its off-heap memory. Instead of failing for lack of memory, a
 * task waits until its bytes and those admitted before fit the limit together. Tasks are admitted
 * in the order of arrival.
 *
 * <p>The memory that a task needs is an estimate. If it proves too small while other tasks run,
 * {@link #run} runs the task again by itself.
 */
public final class MemoryGate {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryGate.class);

  private final long limitBytes;

  /** A ticket for each waiting task, in the order of arrival. */
  private final Deque<Object> waiting = new ArrayDeque<>();

  private final List<Reclaimer> reclaimers = new CopyOnWriteArrayList<>();
  private long admittedBytes;

  /** The number of admissions so far. */
  private long admissions;

  /** Grows whenever waiting tasks have a reason to look again. */
  private long changes;

  /**
   * Releases memory that was admitted but is only kept for later use, such as that of idle blocks.
   */
  @FunctionalInterface
  public interface Reclaimer {
    /** Releases at least {@code bytes} to the gate, or all idle memory if that is less. */
    void reclaim(long bytes);
  }

  /**
   * A gate to {@code limitBytes} bytes.
   *
   * @throws IllegalArgumentException if {@code limitBytes} is not positive
   */
  public MemoryGate(long limitBytes) {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("limit must be positive: " + limitBytes);
    }
    this.limitBytes = limitBytes;
  }

  /**
   * Runs work that needs about {@code bytes} bytes as soon as they are free. If the work finds too
   * little memory because others run beside it, it is run once more while nothing else is admitted.
   *
   * @param work may be run twice; it must return all memory before it ends, also when it fails
   * @throws TrawlException if {@code bytes} is more than the limit, or the work finds too little
   *     memory though nothing else was admitted while it ran
   */
  public <T> T run(long bytes, Supplier<T> work) {
    long admission = admit(bytes);
    boolean alone;
    try {
      return work.get();
    } catch (OffHeapMemoryException e) {
      synchronized (this) {
        // Compares admissions, not bytes: others may have released their memory since.
        alone = admission == admissions;
      }
      if (alone || bytes >= limitBytes) {
        // A second run would find no more memory.
        throw e;
      }
      LOG.info("Memory is short beside other tasks ({}); running again alone", e.getMessage());
    } finally {
      release(bytes);
    }
    acquire(limitBytes);
    try {
      return work.get();
    } finally {
      release(limitBytes);
    }
  }

  /**
   * Waits until {@code bytes} are free and takes them.
   *
   * @throws TrawlException if {@code bytes} is more than the limit, or the thread is interrupted
   */
  public void acquire(long bytes) {
    admit(bytes);
  }

  /**
   * Does what {@link #acquire} does.
   *
   * @return the number of this admission if nothing else is admitted now, or else 0
   */
  private long admit(long bytes) {
    requireWithinLimit(bytes);
    Object ticket = new Object();
    try {
      synchronized (this) {
        waiting.add(ticket);
      }
      while (true) {
        long missing;
        long seen;
        synchronized (this) {
          seen = changes;
          missing = waiting.peek() == ticket ? admittedBytes + bytes - limitBytes : 0;
          if (waiting.peek() == ticket && missing <= 0) {
            admittedBytes += bytes;
            admissions++;
            return admittedBytes == bytes ? admissions : 0;
          }
        }
        // Outside the lock of the gate: a reclaimer takes a lock of its own, and a thread that
        // holds that one may call the gate. The two threads could wait for each other's lock.
        if (missing > 0) {
          for (Reclaimer reclaimer : reclaimers) {
            reclaimer.reclaim(missing);
          }
        }
        synchronized (this) {
          // What changed since the lock was left has notified nobody, so it is looked at now.
          if (changes == seen) {
            wait();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrawlException(
          ErrorCategory.SYSTEM, "interrupted while waiting for off-heap memory", e);
    } finally {
      synchronized (this) {
        waiting.remove(ticket);
        wakeWaiting();
      }
    }
  }

  /**
   * Takes {@code bytes} if they are free now and nobody waits for memory; returns whether it did.
   *
   * @throws TrawlException if {@code bytes} is more than the limit
   */
  public synchronized boolean tryAcquire(long bytes) {
    requireWithinLimit(bytes);
    if (!waiting.isEmpty() || admittedBytes + bytes > limitBytes) {
      return false;
    }
    admittedBytes += bytes;
    admissions++;
    return true;
  }

  /** Gives back {@code bytes} that were taken. */
  public synchronized void release(long bytes) {
    admittedBytes -= bytes;
    wakeWaiting();
  }

  /** Adds a reclaimer, which is asked for memory whenever a task has to wait for some. */
  public void addReclaimer(Reclaimer reclaimer) {
    reclaimers.add(reclaimer);
  }

  /**
   * Makes the task that waits longest ask the reclaimers again. Called when a reclaimer has more
   * memory to release than before.
   */
  public synchronized void notifyReclaimable() {
    wakeWaiting();
  }

  /** Bytes that are taken now. */
  public synchronized long admittedBytes() {
    return admittedBytes;
  }

  /** Makes waiting tasks look again, also those that are about to wait. */
  private synchronized void wakeWaiting() {
    changes++;
    notifyAll();
  }

  private void requireWithinLimit(long bytes) {
    if (bytes > limitBytes) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          String.format(
              Locale.ROOT,
              "a task needs at least %d MiB outside the heap, but --memory.off-heap allows a process"
                  + " %d MiB; allow more",
              (bytes + (1 << 20) - 1) >> 20,
              limitBytes >> 20));
    }
  }
}
