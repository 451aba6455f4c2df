package io.github.trawl.spark;

import io.github.trawl.linalg.OffHeapMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The off-heap memory of this process, which all its tasks with the same limit share. */
public final class ExecutorMemory {
  private static final Map<Long, OffHeapMemory> BY_LIMIT = new ConcurrentHashMap<>();
  private static final Map<Long, MemoryGate> GATES = new ConcurrentHashMap<>();

  private ExecutorMemory() {}

  /** The memory of at most {@code limitBytes}; one per process and limit, never closed. */
  public static OffHeapMemory limitedTo(long limitBytes) {
    return BY_LIMIT.computeIfAbsent(limitBytes, OffHeapMemory::limitedTo);
  }

  /** The gate that admits tasks to this memory; one per process and limit. */
  public static MemoryGate gate(long limitBytes) {
    return GATES.computeIfAbsent(limitBytes, MemoryGate::new);
  }

  /** The bytes that the gates of all limits have admitted now, for tasks, row blocks and models. */
  static long admittedBytes() {
    return GATES.values().stream().mapToLong(MemoryGate::admittedBytes).sum();
  }

  /**
   * The bytes of off-heap matrices that are allocated now, under all limits. The weights of models
   * are not among them.
   */
  static long allocatedBytes() {
    return BY_LIMIT.values().stream().mapToLong(OffHeapMemory::allocatedBytes).sum();
  }

  /** The largest limit that was asked for; 0 before the first. */
  static long limitBytes() {
    return Stream.concat(BY_LIMIT.keySet().stream(), GATES.keySet().stream())
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }
}
