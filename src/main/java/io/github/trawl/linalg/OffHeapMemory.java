package io.github.trawl.linalg;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.Locale;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.unsafe.UnsafeAllocationManager;

/**
 * A bounded, accounted supply of off-heap matrices.
 *
 * <p>Every matrix is charged against the limit until it is closed. Closing the supply while
 * matrices are still open is a programming error and throws {@link IllegalStateException} with what
 * is still out. Instances are safe for use by several threads.
 */
public final class OffHeapMemory implements AutoCloseable {
  /** The configuration key that sets the limit, named in the error when it is reached. */
  public static final String LIMIT_KEY = "memory.off-heap";

  private final BufferAllocator allocator;

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
   * @throws TrawlException if the limit would be exceeded
   */
  public FloatMatrix floats(int rows, int columns) {
    return new FloatMatrix(allocate(rows, columns, Float.BYTES), 0, rows, columns, columns, true);
  }

  /**
   * A matrix of {@code rows} × {@code columns} float64 values, row by row, all zero.
   *
   * @throws TrawlException if the limit would be exceeded
   */
  public DoubleMatrix doubles(int rows, int columns) {
    return new DoubleMatrix(allocate(rows, columns, Double.BYTES), 0, rows, columns, columns, true);
  }

  /** Bytes handed out and not yet returned. */
  public long allocatedBytes() {
    return allocator.getAllocatedMemory();
  }

  /** The most bytes that were out at one time. */
  public long peakBytes() {
    return allocator.getPeakMemoryAllocation();
  }

  /** The most bytes that may be out at one time. */
  public long limitBytes() {
    return allocator.getLimit();
  }

  @Override
  public void close() {
    allocator.close();
  }

  private ArrowBuf allocate(int rows, int columns, int elementBytes) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "matrix dimensions must not be negative: " + rows + " x " + columns);
    }
    long bytes = Math.multiplyExact((long) rows * columns, elementBytes);
    try {
      ArrowBuf buffer = allocator.buffer(Math.max(bytes, 64));
      buffer.setZero(0, buffer.capacity());
      return buffer;
    } catch (OutOfMemoryException | OutOfMemoryError e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          String.format(
              Locale.ROOT,
              "off-heap memory: %d MiB more for a %d x %d matrix do not fit beside the %d MiB in use"
                  + " (limit %d MiB); raise %s or lower the rank or the number of cores per executor",
              bytes >> 20,
              rows,
              columns,
              allocatedBytes() >> 20,
              limitBytes() >> 20,
              LIMIT_KEY),
          e);
    }
  }
}
