package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.nio.FloatBuffer;

/** Reads and writes the memory of contiguous float32 arrays without a copy in between. */
final class NativeFloats {
  /** A Java buffer has at most 2³¹ − 1 bytes. */
  private static final long LARGEST = Integer.MAX_VALUE / Float.BYTES;

  private NativeFloats() {}

  /** Where elements go, piece by piece. */
  @FunctionalInterface
  interface Piece {
    /**
     * Takes or gives the next elements.
     *
     * @param first index of the first element
     * @param values the memory of this and the following elements
     */
    void accept(long first, FloatBuffer values);
  }

  /** Overwrites all of {@code array}. */
  static void write(NDArray array, FloatBuffer values) {
    FloatBuffer source = values.duplicate();
    int start = source.position();
    forEach(
        array,
        (first, target) -> {
          int from = start + Math.toIntExact(first);
          target.put(source.clear().position(from).limit(from + target.remaining()));
        });
  }

  /** Overwrites all of {@code target}. */
  static void copy(NDArray source, NDArray target) {
    forEach(
        source,
        (first, values) ->
            forEach(
                target,
                (second, room) -> {
                  if (first == second) {
                    room.put(values);
                  }
                }));
  }

  /** Visits the memory of a contiguous array on the CPU in pieces of whole rows, in order. */
  static void forEach(NDArray array, Piece piece) {
    if (array.size() <= LARGEST) {
      piece.accept(0, array.toByteBuffer(true).asFloatBuffer());
      return;
    }
    long rows = array.getShape().get(0);
    long width = array.size() / rows;
    long step = LARGEST / width;
    for (long row = 0; row < rows; row += step) {
      long end = Math.min(rows, row + step);
      try (NDArray part = array.get(new NDIndex().addSliceDim(row, end))) {
        piece.accept(row * width, part.toByteBuffer(true).asFloatBuffer());
      }
    }
  }
}
