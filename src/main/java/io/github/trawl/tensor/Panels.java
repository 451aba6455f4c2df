package io.github.trawl.tensor;

import java.io.Serializable;
import java.util.Objects;

/**
 * A division of things in order, such as the rows of a matrix, into panels of nearly equal size.
 *
 * <p>The panels of {@link #of} depend on the length alone, never on threads or executors, so sums
 * taken panel by panel in order have the same bits everywhere. This does not hold for panels whose
 * count depends on the number of tasks.
 *
 * @param length the number of things to divide, at least 1
 * @param count the number of panels, 1 to {@code length}
 */
public record Panels(int length, int count) implements Serializable {
  /**
   * The largest size of a panel of {@link #of}. OpenBLAS repacks the other operand in every call,
   * which smaller panels would make too frequent; larger panels would be too few to keep all cores
   * busy.
   */
  public static final int DEFAULT_MAX_SIZE = 512;

  /** Checks the ranges. */
  public Panels {
    if (length < 1 || count < 1 || count > length) {
      throw new IllegalArgumentException(count + " panels of " + length);
    }
  }

  /** Panels of at most {@link #DEFAULT_MAX_SIZE}. */
  public static Panels of(int length) {
    return ofAtMost(length, DEFAULT_MAX_SIZE);
  }

  /** The smallest number of panels of at most {@code size} each. */
  public static Panels ofAtMost(int length, int size) {
    return new Panels(length, (int) (((long) length + size - 1) / size));
  }

  /** The first element of a panel; {@code length} for {@code panel == count}. */
  public int start(int panel) {
    Objects.checkIndex(panel, count + 1);
    return (int) ((long) length * panel / count);
  }

  /** The number of elements of a panel. */
  public int size(int panel) {
    return start(panel + 1) - start(panel);
  }

  /** The size of the largest panel. */
  public int largest() {
    return (int) (((long) length + count - 1) / count);
  }
}
