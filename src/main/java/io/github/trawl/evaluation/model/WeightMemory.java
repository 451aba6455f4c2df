package io.github.trawl.evaluation.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.nio.FloatBuffer;

/**
 * Writes contiguous float32 arrays: directly if they are in main memory; through main memory, piece
 * by piece, if they are in that of a GPU.
 */
final class WeightMemory {
  /** A Java buffer has at most 2³¹ − 1 bytes. */
  private static final long LARGEST = Integer.MAX_VALUE / Float.BYTES;

  /** Elements on their way to a GPU, 64 MiB of them: more would not make it faster. */
  private static final long STAGED = 16 << 20;

  private WeightMemory() {}

  /** Gives elements, piece by piece. */
  @FunctionalInterface
  interface Source {
    /**
     * Writes the next elements.
     *
     * @param first index of the first of them
     * @param values where this and the following go; to be filled
     */
    void fill(long first, FloatBuffer values);
  }

  /** Overwrites all of {@code array}, in order. */
  static void write(NDArray array, Source source) {
    if (array.getDevice().isGpu()) {
      writeStaged(array, STAGED, source);
    } else {
      writeDirectly(array, LARGEST, source);
    }
  }

  /** Overwrites all of {@code array}. */
  static void write(NDArray array, FloatBuffer values) {
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

  /** Overwrites all of {@code target} by what {@code source} has. */
  static void copy(NDArray source, NDArray target) {
    target.set(new NDIndex().addSliceDim(0, target.getShape().get(0)), source);
  }

  /**
   * Lets {@code source} write into the memory of an array on the CPU.
   *
   * @param largest elements of a piece, which is of whole rows
   */
  static void writeDirectly(NDArray array, long largest, Source source) {
    forEachPiece(
        array,
        largest,
        (part, first) -> source.fill(first, part.toByteBuffer(true).asFloatBuffer()));
  }

  /**
   * Lets {@code source} write into main memory and copies that to where the array is.
   *
   * @param largest elements of a piece, which is of whole rows
   */
  static void writeStaged(NDArray array, long largest, Source source) {
    forEachPiece(
        array,
        largest,
        (part, first) -> {
          try (NDManager host = array.getManager().newSubManager(Device.cpu())) {
            NDArray stage = host.create(part.getShape(), DataType.FLOAT32);
            source.fill(first, stage.toByteBuffer(true).asFloatBuffer());
            copy(stage, part);
          }
        });
  }

  /** A use of consecutive rows of an array. */
  @FunctionalInterface
  private interface Visitor {
    void visit(NDArray part, long first);
  }

  private static void forEachPiece(NDArray array, long largest, Visitor visitor) {
    if (array.size() <= largest) {
      visitor.visit(array, 0);
      return;
    }
    long rows = array.getShape().get(0);
    long width = array.size() / rows;
    long step = Math.max(1, largest / width);
    for (long row = 0; row < rows; row += step) {
      long end = Math.min(rows, row + step);
      try (NDArray part = array.get(new NDIndex().addSliceDim(row, end))) {
        visitor.visit(part, row * width);
      }
    }
  }
}
