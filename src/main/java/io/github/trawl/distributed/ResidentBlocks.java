package io.github.trawl.distributed;

import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks and the copy of B that live in this executor process, one solve at a time.
 *
 * <p>Spark's own storage does not fit: it accounts for heap, moves blocks by copying them and frees
 * nothing that lies outside the heap. A block that is not here (its executor died, the task went
 * elsewhere) is read from its source again.
 */
final class ResidentBlocks {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentBlocks.class);
  private static ResidentBlocks current = new ResidentBlocks(Long.MIN_VALUE);

  private final long id;
  private final Map<Integer, ResidentBlock> blocks = new HashMap<>();
  private final Map<BlockRange, Object> loading = new HashMap<>();
  private ColumnCopy columnCopy;
  private long iterationOfColumnCopy = -1;
  private int usersOfColumnCopy;
  private boolean released;

  private ResidentBlocks(long id) {
    this.id = id;
  }

  /**
   * Those of one solve. An earlier solve's are freed: an executor that ran none of the tasks that
   * release them would hold them for ever.
   *
   * @throws IllegalStateException if a later solve has begun
   */
  static synchronized ResidentBlocks of(long id) {
    if (id < current.id) {
      throw new IllegalStateException("solve " + id + " was superseded by solve " + current.id);
    }
    if (id > current.id) {
      current.close();
      current = new ResidentBlocks(id);
    }
    return current;
  }

  /** Frees all that this process holds for a solve. */
  static synchronized void release(long id) {
    if (current.id == id) {
      current.close();
    }
  }

  /** Bytes of the blocks that this process holds. */
  static synchronized long residentBytes() {
    return current.blockBytes();
  }

  private synchronized long blockBytes() {
    return blocks.values().stream().mapToLong(ResidentBlock::bytes).sum();
  }

  /**
   * Makes the blocks of a range resident, unless they are.
   *
   * @param source makes all blocks of the range; attempts of one task that meet here make them once
   */
  void load(BlockRange range, OffHeapMemory memory, Supplier<List<TensorBlock>> source) {
    Object lock;
    synchronized (this) {
      checkNotReleased();
      lock = loading.computeIfAbsent(range, key -> new Object());
    }
    synchronized (lock) {
      synchronized (this) {
        if (blocks.containsKey(range.start())) {
          return;
        }
      }
      List<TensorBlock> loaded = source.get();
      LOG.debug("blocks {} to {} are resident", range.start(), range.end() - 1);
      synchronized (this) {
        if (released) {
          loaded.forEach(TensorBlock::close);
          checkNotReleased();
        }
        for (int i = 0; i < loaded.size(); i++) {
          blocks.put(range.start() + i, new ResidentBlock(loaded.get(i), memory));
        }
      }
    }
  }

  /**
   * A block that was loaded.
   *
   * @throws IllegalStateException if it was not, or was released
   */
  synchronized ResidentBlock block(int index) {
    checkNotReleased();
    ResidentBlock present = blocks.get(index);
    if (present == null) {
      throw new IllegalStateException("block " + index + " is not resident");
    }
    return present;
  }

  /**
   * Runs {@code work} with B of the iteration in off-heap memory, one copy for all tasks.
   *
   * @param columns makes that copy; the first task that needs it fetches it for all
   */
  <T> T withColumns(IterationInput input, Supplier<ColumnCopy> columns, ColumnWork<T> work) {
    ColumnCopy own = null;
    ColumnCopy shared;
    synchronized (this) {
      checkNotReleased();
      if (iterationOfColumnCopy != input.iteration() && usersOfColumnCopy == 0) {
        if (columnCopy != null) {
          columnCopy.close();
          columnCopy = null;
          iterationOfColumnCopy = -1;
        }
        columnCopy = columns.get();
        iterationOfColumnCopy = input.iteration();
      }
      if (iterationOfColumnCopy == input.iteration()) {
        usersOfColumnCopy++;
        shared = columnCopy;
      } else {
        // A late attempt of an earlier iteration still works on the shared copy.
        own = columns.get();
        shared = own;
      }
    }
    try {
      return work.run(shared);
    } finally {
      if (own != null) {
        own.close();
      } else {
        synchronized (this) {
          usersOfColumnCopy--;
          if (released && usersOfColumnCopy == 0) {
            closeColumnCopy();
          }
        }
      }
    }
  }

  private synchronized void close() {
    released = true;
    blocks.values().forEach(ResidentBlock::close);
    blocks.clear();
    if (usersOfColumnCopy == 0) {
      closeColumnCopy();
    }
  }

  private void closeColumnCopy() {
    if (columnCopy != null) {
      columnCopy.close();
      columnCopy = null;
      iterationOfColumnCopy = -1;
    }
  }

  private void checkNotReleased() {
    if (released) {
      throw new IllegalStateException("the blocks of this tensor were released");
    }
  }

  /** Work on the shared copy of B. */
  interface ColumnWork<T> {
    T run(ColumnCopy columns);
  }
}
