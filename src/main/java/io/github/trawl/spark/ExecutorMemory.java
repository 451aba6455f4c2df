package io.github.trawl.spark;

import io.github.trawl.linalg.OffHeapMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The off-heap memory of this process, one account for all its tasks. */
public final class ExecutorMemory {
  private static final Map<Long, OffHeapMemory> BY_LIMIT = new ConcurrentHashMap<>();
  private static final Map<Long, MemoryGate> GATES = new ConcurrentHashMap<>();

  private ExecutorMemory() {}

  /** The supply of at most {@code limitBytes}; one per process and limit, never closed. */
  public static OffHeapMemory limitedTo(long limitBytes) {
    return BY_LIMIT.computeIfAbsent(limitBytes, OffHeapMemory::limitedTo);
  }

  /** The gate to the memory of that limit; one per process and limit. */
  public static MemoryGate gate(long limitBytes) {
    return GATES.computeIfAbsent(limitBytes, MemoryGate::new);
  }
}
