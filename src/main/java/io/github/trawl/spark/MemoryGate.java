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
 * Admits the tasks of a process to its off-heap memory: a task waits until what it needs is free
 * beside what others were admitted with, in the order of arrival, instead of failing beside them.
 *
 * <p>What a task needs is an estimate. Where it proves too small because tasks run side by side,
 * the task is run again by itself: {@link #run}.
 */
public final class MemoryGate {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryGate.class);

  private final long limitBytes;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private final List<Reclaimer> reclaimers = new CopyOnWriteArrayList<>();
  private long admittedBytes;

  /** How often something was admitted so far. */
  private long admissions;

  /** Gives back memory that was admitted but is only kept for later use, such as idle blocks. */
  @FunctionalInterface
  public interface Reclaimer {
    /** Releases at least {@code bytes} to the gate, or all idle memory if that is less. */
    void reclaim(long bytes);
  }

  /**
   * A gate to {@code limitBytes} bytes.
   *
   * @throws IllegalArgumentException if that is not positive
   */
  public MemoryGate(long limitBytes) {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("limit must be positive: " + limitBytes);
    }
    this.limitBytes = limitBytes;
  }

  /**
   * Runs work that needs about {@code bytes} bytes as soon as they are free. If it finds too little
   * memory because others run beside it, it is run once more when nothing else is admitted.
   *
   * @param work may be run twice; it returns all memory before it ends, also when it fails
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
        // By the count of admissions: others that took the memory may have released it since.
        alone = admission == admissions;
      }
      if (alone || bytes >= limitBytes) {
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
   * @throws TrawlException if that is more than the limit, or the thread is interrupted
   */
  public void acquire(long bytes) {
    admit(bytes);
  }

  /**
   * Does what {@link #acquire} does.
   *
   * @return the number of the admission, or 0 if others were admitted already
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
        synchronized (this) {
          missing = waiting.peek() == ticket ? admittedBytes + bytes - limitBytes : 0;
          if (waiting.peek() == ticket && missing <= 0) {
            admittedBytes += bytes;
            admissions++;
            return admittedBytes == bytes ? admissions : 0;
          }
        }
        // Outside the lock: a reclaimer takes a lock of its own, whose owner calls this gate while
        // it holds it; the two could wait for each other.
        if (missing > 0) {
          for (Reclaimer reclaimer : reclaimers) {
            reclaimer.reclaim(missing);
          }
        }
        synchronized (this) {
          if (waiting.peek() != ticket || admittedBytes + bytes > limitBytes) {
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
        notifyAll();
      }
    }
  }

  /**
   * Takes {@code bytes} if they are free now and nobody waits for memory.
   *
   * @throws TrawlException if that is more than the limit
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

  /** Gives back what was taken. */
  public synchronized void release(long bytes) {
    admittedBytes -= bytes;
    notifyAll();
  }

  /** Asks {@code reclaimer} for memory, from now on, when a task has to wait for it. */
  public void addReclaimer(Reclaimer reclaimer) {
    reclaimers.add(reclaimer);
  }

  /** Lets the waiting tasks ask the reclaimers again, one of which has more to give than before. */
  public synchronized void reclaimable() {
    notifyAll();
  }

  /** Bytes that are taken now. */
  public synchronized long admittedBytes() {
    return admittedBytes;
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
