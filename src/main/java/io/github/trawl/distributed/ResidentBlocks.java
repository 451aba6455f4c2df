package io.github.trawl.distributed;

import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks of X and the copy of B that this process holds for one solve.
 *
 * <p>Spark's own storage can't hold them: it accounts for heap memory only, moves blocks by copying
 * them, and does not free memory that an object holds outside the heap. A task reads a block that
 * is missing here from its source again. That happens if the executor that held it is lost, the
 * task runs on another one than before, or the block was freed to make room.
 *
 * <p>The lock of this object is held only for short operations and never while memory is allocated,
 * because a thread that finds no memory takes the lock to free unused blocks.
 */
final class ResidentBlocks {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentBlocks.class);

  /** By the index of the block. */
  private final Map<Integer, Slot> slots = new HashMap<>();

  /** The locks of {@link #lockOf}. */
  private final Map<BlockRange, Object> loading = new HashMap<>();

  private final SharedColumns columns = new SharedColumns();

  /** The number of tasks that pin a range. */
  private int users;

  /** One block, which may not be loaded yet, with the number of tasks that pin it. */
  private static final class Slot {
    private Residence residence;
    private int users;
    private long lastUse;
    private volatile ResidentBlock block;

    boolean holds(Predicate<Residence> condition) {
      return block != null && condition.test(residence);
    }
  }

  /**
   * Keeps the blocks of a range from being freed until {@link #unpin}, both those that are here and
   * those that are loaded later.
   */
  synchronized void pin(BlockRange range, Residence residence) {
    users++;
    for (int index = range.start(); index < range.end(); index++) {
      Slot slot = slots.computeIfAbsent(index, key -> new Slot());
      slot.residence = residence;
      slot.users++;
    }
  }

  /** Ends {@link #pin}. */
  synchronized void unpin(BlockRange range) {
    users--;
    for (int index = range.start(); index < range.end(); index++) {
      Slot slot = slots.get(index);
      slot.users--;
      slot.lastUse = System.nanoTime();
    }
  }

  /**
   * Reads the blocks of a pinned range that are not here.
   *
   * @param source reads the blocks of a range; called for each run of missing ones
   */
  void load(
      BlockRange range, OffHeapMemory memory, Function<BlockRange, List<TensorBlock>> source) {
    synchronized (lockOf(range)) {
      int start = range.start();
      while (start < range.end()) {
        int end = start;
        while (end < range.end() && pinned(end).block == null) {
          end++;
        }
        if (end > start) {
          loadAndKeep(new BlockRange(start, end), memory, source);
        }
        start = end + 1;
      }
    }
  }

  /**
   * Reads all blocks of a pinned range if at least one of them is not here. The blocks that were
   * here stay.
   */
  void loadWhole(
      BlockRange range, OffHeapMemory memory, Function<BlockRange, List<TensorBlock>> source) {
    synchronized (lockOf(range)) {
      boolean complete = true;
      for (int index = range.start(); index < range.end(); index++) {
        complete &= pinned(index).block != null;
      }
      if (!complete) {
        loadAndKeep(range, memory, source);
      }
    }
  }

  /**
   * Returns the lock under which the blocks of a range are read, so that several attempts of one
   * task on this executor read them only once.
   */
  private synchronized Object lockOf(BlockRange range) {
    return loading.computeIfAbsent(range, key -> new Object());
  }

  private void loadAndKeep(
      BlockRange range, OffHeapMemory memory, Function<BlockRange, List<TensorBlock>> source) {
    List<TensorBlock> loaded = source.apply(range);
    synchronized (this) {
      for (int i = 0; i < loaded.size(); i++) {
        Slot slot = pinned(range.start() + i);
        if (slot.block == null) {
          slot.block = new ResidentBlock(loaded.get(i), memory);
        } else {
          loaded.get(i).close();
        }
      }
    }
    LOG.debug("blocks {} to {} are resident", range.start(), range.end() - 1);
  }

  /**
   * Returns a block that was loaded and whose range is pinned.
   *
   * @throws IllegalStateException if the block was not loaded or its range is not pinned
   */
  ResidentBlock block(int index) {
    ResidentBlock block = pinned(index).block;
    if (block == null) {
      throw new IllegalStateException("block " + index + " was not loaded");
    }
    return block;
  }

  private synchronized Slot pinned(int index) {
    Slot slot = slots.get(index);
    if (slot == null || slot.users == 0) {
      throw new IllegalStateException("block " + index + " is not in the range of a running task");
    }
    return slot;
  }

  /**
   * Runs {@code work} with a copy of the iteration's B in off-heap memory, which all tasks share.
   *
   * @param copies makes the copy; called in the first task of an iteration to need it
   */
  <T> T withColumns(
      IterationInput input, Supplier<ColumnCopy> copies, Function<ColumnCopy, T> work) {
    return columns.use(input, copies, work);
  }

  /**
   * Frees the blocks that no task uses and that meet a condition.
   *
   * @return whether there were any such blocks
   */
  boolean freeUnused(Predicate<Residence> condition) {
    return free(slot -> slot.holds(condition));
  }

  /**
   * Frees the blocks that no task has used for {@code idleNanos}.
   *
   * @param now the current {@link System#nanoTime}
   * @return whether there were any such blocks; slots that hold none do not count
   */
  boolean freeIdle(long now, long idleNanos) {
    return free(slot -> now - slot.lastUse >= idleNanos);
  }

  private synchronized boolean free(Predicate<Slot> condition) {
    boolean freed = false;
    for (Iterator<Slot> all = slots.values().iterator(); all.hasNext(); ) {
      Slot slot = all.next();
      if (slot.users == 0 && condition.test(slot)) {
        all.remove();
        if (slot.block != null) {
          slot.block.close();
          freed = true;
        }
      }
    }
    return freed;
  }

  /**
   * Frees the blocks that no task uses and, if no block is left, the copy of B.
   *
   * @return whether all is free
   */
  synchronized boolean freeAll() {
    free(slot -> true);
    return freeColumnsIfUnused();
  }

  /** Frees the copy of B if no block is left and no task runs; returns whether that is so. */
  synchronized boolean freeColumnsIfUnused() {
    boolean none = users == 0 && slots.isEmpty();
    if (none) {
      columns.close();
    }
    return none;
  }

  /** Returns whether no block is left whose residence says that the solve is under way. */
  synchronized boolean isOver() {
    return slots.values().stream().noneMatch(slot -> slot.residence.isUnderWay());
  }

  /** Returns the bytes of the blocks of X. */
  synchronized long bytes() {
    return slots.values().stream()
        .map(slot -> slot.block)
        .filter(block -> block != null)
        .mapToLong(ResidentBlock::bytes)
        .sum();
  }
}
