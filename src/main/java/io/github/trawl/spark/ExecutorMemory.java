package io.github.trawl.spark;

import io.github.trawl.linalg.OffHeapMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The off-heap memory of this process: all its tasks with the same limit share one supply. */
public final class ExecutorMemory {
  private static final Map<Long, OffHeapMemory> BY_LIMIT = new ConcurrentHashMap<>();
  private static final Map<Long, MemoryGate> GATES = new ConcurrentHashMap<>();

  private ExecutorMemory() {}

  /** The supply of at most {@code limitBytes}; one per process and limit, never closed. */
  public static OffHeapMemory limitedTo(long limitBytes) {
    return BY_LIMIT.computeIfAbsent(limitBytes, OffHeapMemory::limitedTo);
  }

  /** The gate to the memory of {@code limitBytes}; one per process and limit. */
  public static MemoryGate gate(long limitBytes) {
    return GATES.computeIfAbsent(limitBytes, MemoryGate::new);
  }

  /** The bytes that tasks, row blocks and models hold of the gates, under all limits. */
  static long admittedBytes() {
    return GATES.values().stream().mapToLong(MemoryGate::admittedBytes).sum();
  }

  /**
   * The bytes of matrices that are allocated now, under all limits, without the weights of models.
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
