package io.github.trawl.linalg;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Keeps returned buffers for the next request of the same capacity.
 *
 * <p>Passes over a tensor take buffers of the same few sizes for every panel. To get fresh pages
 * from the operating system each time would take longer than the element-wise work of a pass.
 */
final class ScratchCache {
  private final Map<Long, Queue<ArrowBuf>> idle = new ConcurrentHashMap<>();
  private final AtomicLong idleBytes = new AtomicLong();

  /** A buffer of exactly {@code capacity} bytes with any contents; null if none is idle. */
  ArrowBuf take(long capacity) {
    Queue<ArrowBuf> buffers = idle.get(capacity);
    ArrowBuf buffer = buffers == null ? null : buffers.poll();
    if (buffer != null) {
      idleBytes.addAndGet(-capacity);
    }
    return buffer;
  }

  /** Takes a buffer back and keeps it for the next request. */
  void giveBack(ArrowBuf buffer) {
    idleBytes.addAndGet(buffer.capacity());
    idle.computeIfAbsent(buffer.capacity(), key -> new ConcurrentLinkedQueue<>()).add(buffer);
  }

  /** Bytes that are kept and not in use. */
  long idleBytes() {
    return idleBytes.get();
  }

  /** Frees all that is not in use. */
  void clear() {
    for (Queue<ArrowBuf> buffers : idle.values()) {
      for (ArrowBuf buffer = buffers.poll(); buffer != null; buffer = buffers.poll()) {
        idleBytes.addAndGet(-buffer.capacity());
        buffer.close();
      }
    }
  }
}
