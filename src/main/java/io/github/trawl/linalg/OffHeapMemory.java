package io.github.trawl.linalg;

import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.AllocationOutcome;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.unsafe.UnsafeAllocationManager;

/**
 * A bounded, accounted supply of off-heap matrices.
 *
 * <p>Every matrix is charged against the limit until it is closed. Closing the supply while
 * matrices are still open is a programming error and throws an {@link IllegalStateException} that
 * says what is still allocated. Instances are safe for use by several threads.
 */
public final class OffHeapMemory implements AutoCloseable {
  /** The configuration key that sets the limit, named in the error when it is reached. */
  public static final String LIMIT_KEY = "memory.off-heap";

  private final BufferAllocator allocator;
  private final ScratchCache cache = new ScratchCache();
  private volatile BooleanSupplier reclaimer = () -> false;

  private OffHeapMemory(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * A supply of at most {@code bytes} bytes.
   *
   * @throws IllegalArgumentException if {@code bytes} is not positive
   */
  public static OffHeapMemory limitedTo(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("off-heap limit must be positive: " + bytes);
    }
    // Not Netty's allocator: that one is capped by the direct-memory limit of the virtual machine,
    // which follows the heap size and would force a large heap for memory outside it.
    return new OffHeapMemory(
        new RootAllocator(
            RootAllocator.configBuilder()
                .maxAllocation(bytes)
                .allocationManagerFactory(UnsafeAllocationManager.FACTORY)
                .build()));
  }

  /**
   * A matrix of {@code rows} × {@code columns} float32 values, row by row, all zero.
   *
   * @throws OffHeapMemoryException if the limit would be exceeded
   */
  public FloatMatrix floats(int rows, int columns) {
    ArrowBuf buffer = allocate(rows, columns, Float.BYTES);
    buffer.setZero(0, buffer.capacity());
    return new FloatMatrix(buffer, rows, columns, ArrowBuf::close);
  }

  /**
   * A matrix of {@code rows} × {@code columns} float64 values, row by row, all zero.
   *
   * @throws OffHeapMemoryException if the limit would be exceeded
   */
  public DoubleMatrix doubles(int rows, int columns) {
    ArrowBuf buffer = allocate(rows, columns, Double.BYTES);
    buffer.setZero(0, buffer.capacity());
    return new DoubleMatrix(buffer, rows, columns, ArrowBuf::close);
  }

  /**
   * A matrix of {@code rows} × {@code columns} float32 values for a short time, with any contents.
   * When it is closed, its memory is kept for the next scratch matrix, and freed when it is needed
   * for something else.
   *
   * @throws OffHeapMemoryException if the limit would be exceeded
   */
  public FloatMatrix floatScratch(int rows, int columns) {
    return new FloatMatrix(scratch(rows, columns, Float.BYTES), rows, columns, cache::giveBack);
  }

  /**
   * A matrix of {@code rows} × {@code columns} float64 values for a short time, with any contents.
   * When it is closed, its memory is kept for the next scratch matrix, and freed when it is needed
   * for something else.
   *
   * @throws OffHeapMemoryException if the limit would be exceeded
   */
  public DoubleMatrix doubleScratch(int rows, int columns) {
    return new DoubleMatrix(scratch(rows, columns, Double.BYTES), rows, columns, cache::giveBack);
  }

  /**
   * An allocator for buffers other than matrices, which are charged against the same limit until
   * they are closed. Where the limit is reached, a buffer gets the same chances as a matrix: idle
   * scratch memory is freed, then the callback of {@link #onShortage} is asked. The caller closes
   * the allocator.
   *
   * @param name of the allocator, for its errors
   */
  public BufferAllocator childAllocator(String name) {
    return allocator.newChildAllocator(name, new MakeRoom(), 0, limitBytes());
  }

  /** Frees what can be spared before a buffer is refused. */
  private final class MakeRoom implements AllocationListener {
    @Override
    public boolean onFailedAllocation(long size, AllocationOutcome outcome) {
      // Arrow asks once for each buffer, so all that may be needed has to be freed now.
      boolean freed = freeIdle();
      while (limitBytes() - allocator.getAllocatedMemory() < size && reclaimer.getAsBoolean()) {
        freed = true;
      }
      return freed;
    }
  }

  /**
   * Sets a callback that may free memory before a request fails.
   *
   * @param reclaim frees what can be spared and returns whether it freed any, in which case the
   *     request is tried again. The thread that requests memory calls it, while it may hold locks.
   */
  public void onShortage(BooleanSupplier reclaim) {
    reclaimer = reclaim;
  }

  /** Bytes handed out and not yet returned. */
  public long allocatedBytes() {
    return allocator.getAllocatedMemory() - cache.idleBytes();
  }

  /** The most bytes that were allocated or kept for reuse at one time. */
  public long peakBytes() {
    return allocator.getPeakMemoryAllocation();
  }

  /** The most bytes that may be allocated at one time. */
  public long limitBytes() {
    return allocator.getLimit();
  }

  @Override
  public void close() {
    cache.clear();
    allocator.close();
  }

  private ArrowBuf scratch(int rows, int columns, int elementBytes) {
    long capacity = powerOfTwo(bytes(rows, columns, elementBytes));
    ArrowBuf buffer = cache.take(capacity);
    return buffer == null ? allocate(rows, columns, capacity) : buffer;
  }

  private ArrowBuf allocate(int rows, int columns, int elementBytes) {
    return allocate(rows, columns, bytes(rows, columns, elementBytes));
  }

  private ArrowBuf allocate(int rows, int columns, long bytes) {
    try {
      return allocator.buffer(bytes);
    } catch (OutOfMemoryException | OutOfMemoryError e) {
      if (freeIdle() || reclaimer.getAsBoolean()) {
        return allocate(rows, columns, bytes);
      }
      // Arrow's exception is that of the limit, the error that of the operating system.
      boolean limit = e instanceof OutOfMemoryException;
      // Without Arrow's exception as its cause: that can't be sent from an executor to the driver.
      throw new OffHeapMemoryException(
          String.format(
              Locale.ROOT,
              limit
                  ? "off-heap memory: %d MiB more for a %d x %d matrix do not fit beside the %d MiB"
                      + " in use (limit %d MiB); raise %s or lower the rank or the number of cores"
                      + " per executor"
                  : "off-heap memory: the operating system has no %d MiB more for a %d x %d matrix"
                      + " beside the %d MiB in use (limit %d MiB); give the process more memory, or"
                      + " lower %s",
              toMebibytes(bytes),
              rows,
              columns,
              allocatedBytes() >> 20,
              limitBytes() >> 20,
              LIMIT_KEY),
          limit);
    }
  }

  /** Frees idle scratch memory and returns whether there was any. */
  private boolean freeIdle() {
    boolean some = cache.idleBytes() > 0;
    cache.clear();
    return some;
  }

  /** Rounds up, since no request is for 0 MiB. */
  private static long toMebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  private static long bytes(int rows, int columns, int elementBytes) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "matrix dimensions must not be negative: " + rows + " x " + columns);
    }
    // Never 0: Arrow's empty buffer has the address 0, a null pointer for native code.
    return Math.max(Math.multiplyExact((long) rows * columns, elementBytes), 64);
  }

  /**
   * Rounds up to a power of two. There are then few different capacities, so that buffers are
   * reused.
   */
  private static long powerOfTwo(long bytes) {
    long highest = Long.highestOneBit(bytes);
    return highest == bytes ? bytes : Math.multiplyExact(highest, 2);
  }
}
