package io.github.trawl.evaluation.model;

import java.nio.FloatBuffer;

/**
 * Writes float32 values into arrays, which are contiguous {@link NativeTensor}s: directly if the
 * array is float32 in main memory; by copies in main memory, which are rounded to the array's type,
 * if it has another type or is in a GPU's memory.
 */
final class ArrayWriter {
  /** The most elements written directly at a time: {@link NativeTensor#memory()} has no more. */
  private static final long LARGEST = Integer.MAX_VALUE / Float.BYTES;

  /** The most elements that are copied at a time, 64 MiB: more would not be faster. */
  private static final long STAGED = 16 << 20;

  private ArrayWriter() {}

  /** Gives the elements of an array, piece by piece. */
  @FunctionalInterface
  interface Source {
    /**
     * Writes the next elements.
     *
     * @param first the index of the first element to write
     * @param values the buffer for this and the following elements, to be filled completely
     */
    void fill(long first, FloatBuffer values);
  }

  /** Overwrites all of {@code array}, in order. */
  static void write(NativeTensor array, Source source) {
    if (array.isOnGpu() || !array.isFloat32()) {
      writeStaged(array, STAGED, source);
    } else {
      writeDirectly(array, LARGEST, source);
    }
  }

  /** Overwrites all of {@code array} by {@code values} from their position on. */
  static void write(NativeTensor array, FloatBuffer values) {
    int start = values.position();
    write(
        array,
        (first, target) ->
            target.put(
                values
                    .duplicate()
                    .position(start + Math.toIntExact(first))
                    .slice()
                    .limit(target.remaining())));
  }

  /**
   * Lets {@code source} write into the memory of an array on the CPU.
   *
   * @param largest the most elements of a piece of whole rows; a longer row is a piece by itself
   */
  static void writeDirectly(NativeTensor array, long largest, Source source) {
    forEachPiece(array, largest, (part, first) -> source.fill(first, part.memory()));
  }

  /**
   * Lets {@code source} write into main memory, and copies each piece into the array.
   *
   * @param largest the most elements of a piece of whole rows; a longer row is a piece by itself
   */
  static void writeStaged(NativeTensor array, long largest, Source source) {
    forEachPiece(
        array,
        largest,
        (part, first) -> {
          try (TensorScope host = array.scope().newScopeOnCpu()) {
            NativeTensor stage = host.empty(NumberType.FLOAT32, part.shape());
            source.fill(first, stage.memory());
            part.copyFrom(stage);
          }
        });
  }

  /** Visits consecutive rows of an array, of which {@code first} is the first element's index. */
  @FunctionalInterface
  private interface Visitor {
    void visit(NativeTensor part, long first);
  }

  private static void forEachPiece(NativeTensor array, long largest, Visitor visitor) {
    if (array.count() <= largest) {
      visitor.visit(array, 0);
      return;
    }
    long rows = array.size(0);
    long width = array.count() / rows;
    long step = Math.max(1, largest / width);
    for (long row = 0; row < rows; row += step) {
      long end = Math.min(rows, row + step);
      try (NativeTensor part = array.slice(0, row, end)) {
        visitor.visit(part, row * width);
      }
    }
  }
}
