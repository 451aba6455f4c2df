package io.github.trawl.architecture;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.StoredAxis.Run;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.checkpoint.TensorRewrite;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Replaces logical matrices of one tensor chunk by chunk while the tensor is copied.
 *
 * <p>Elements of the tensor outside the replaced matrices keep their bytes. New values are rounded
 * to the tensor's dtype. The error of each matrix is computed from the rounded values, with sums in
 * float64. Not safe for use by several threads.
 */
public final class SliceRewrite implements TensorRewrite {
  private static final int TILE_ELEMENTS = 1 << 19;

  private final TensorInfo tensor;
  private final int elementBytes;
  private final long rowBytes;
  private final Map<WeightSlice, Replacement> replacements = new LinkedHashMap<>();

  /**
   * A rewrite of {@code tensor}.
   *
   * @param tensor the stored tensor, two-dimensional and of a decodable dtype
   * @param replacements the new values of each replaced matrix; all lie in {@code tensor}, at most
   *     one of each role
   */
  public SliceRewrite(TensorInfo tensor, Map<WeightSlice, MatrixBlocks> replacements) {
    SliceReader.requireDecodable(tensor);
    this.tensor = tensor;
    this.elementBytes = tensor.dtype().bits() / Byte.SIZE;
    this.rowBytes = tensor.shape().get(tensor.shape().size() - 1) * elementBytes;
    Set<MatrixRole> roles = new HashSet<>();
    replacements.forEach(
        (slice, blocks) -> {
          if (!slice.tensor().equals(tensor)) {
            throw new IllegalArgumentException(
                slice.label() + " does not lie in tensor " + tensor.name());
          }
          if (!roles.add(slice.role())) {
            throw new IllegalArgumentException(slice.label() + " is replaced twice");
          }
          this.replacements.put(slice, new Replacement(slice, blocks));
        });
  }

  /**
   * Overwrites the replaced elements in {@code chunk}, between its position and limit; both stay
   * where they are.
   *
   * @param byteOffset offset of the chunk in the tensor, at the start of a row
   * @param chunk whole rows of the tensor
   * @throws TrawlException if a new value is not finite or does not fit in the tensor's dtype
   */
  @Override
  public void rewrite(long byteOffset, ByteBuffer chunk) {
    if (chunk.remaining() == 0) {
      return;
    }
    if (byteOffset % rowBytes != 0 || chunk.remaining() % rowBytes != 0) {
      throw new IllegalArgumentException(
          "chunk of %d bytes at %d of tensor %s is not made of whole rows of %d bytes"
              .formatted(chunk.remaining(), byteOffset, tensor.name(), rowBytes));
    }
    int firstRow = Math.toIntExact(byteOffset / rowBytes);
    int rowCount = (int) (chunk.remaining() / rowBytes);
    for (Replacement replacement : replacements.values()) {
      replacement.rewrite(firstRow, rowCount, chunk);
    }
  }

  /**
   * The relative error ‖new − old‖ / ‖old‖ (Frobenius) of each replaced matrix, in the order given:
   * 0 for a zero matrix that stayed zero, infinite for one that did not.
   *
   * @throws IllegalStateException if the tensor was not rewritten to its end
   */
  public Map<WeightSlice, Double> relativeErrors() {
    Map<WeightSlice, Double> errors = new LinkedHashMap<>();
    replacements.forEach((slice, replacement) -> errors.put(slice, replacement.relativeError()));
    return errors;
  }

  private final class Replacement {
    private final WeightSlice slice;
    private final MatrixBlocks blocks;
    private final boolean storedTransposed;
    private long elements;
    private double squaredError;
    private double squaredNorm;

    Replacement(WeightSlice slice, MatrixBlocks blocks) {
      this.slice = slice;
      this.blocks = blocks;
      this.storedTransposed = slice.layout().isStoredTransposed();
    }

    double relativeError() {
      if (elements != (long) slice.rows() * slice.columns()) {
        throw new IllegalStateException(
            "only %d of the %d elements of %s were rewritten"
                .formatted(elements, (long) slice.rows() * slice.columns(), slice.label()));
      }
      if (squaredError == 0) {
        return 0;
      }
      return Math.sqrt(squaredError) / Math.sqrt(squaredNorm);
    }

    void rewrite(int firstRow, int rowCount, ByteBuffer chunk) {
      MatrixLayout layout = slice.layout();
      for (Run rows : layout.storedRows().runsWithin(firstRow, firstRow + rowCount)) {
        for (Run columns : layout.storedColumns().runs(0, layout.storedColumns().size())) {
          int tileColumns = Math.min(columns.length(), TILE_ELEMENTS);
          int tileRows = Math.min(rows.length(), TILE_ELEMENTS / tileColumns);
          Buffers buffers = new Buffers(tileRows * tileColumns);
          for (int row = 0; row < rows.length(); row += tileRows) {
            for (int column = 0; column < columns.length(); column += tileColumns) {
              rewriteTile(
                  rows.part(row, tileRows),
                  columns.part(column, tileColumns),
                  firstRow,
                  chunk,
                  buffers);
            }
          }
        }
      }
    }

    private void rewriteTile(
        Run rows, Run columns, int firstRow, ByteBuffer chunk, Buffers buffers) {
      int count = rows.length() * columns.length();
      int width = columns.length() * elementBytes;
      compute(rows, columns, buffers);
      ByteBuffer encoded = encode(rows, columns, buffers, count);
      FloatCodec.decode(
          tensor.dtype(),
          Tiles.littleEndian(encoded, 0, count * elementBytes),
          FloatBuffer.wrap(buffers.replaced, 0, count));
      for (int row = 0; row < rows.length(); row++) {
        int position =
            (int)
                (chunk.position()
                    + (rows.stored() + row - firstRow) * rowBytes
                    + (long) columns.stored() * elementBytes);
        FloatCodec.decode(
            tensor.dtype(),
            Tiles.littleEndian(chunk, position, width),
            FloatBuffer.wrap(buffers.original, row * columns.length(), columns.length()));
        chunk.put(position, encoded, row * width, width);
      }
      double error = 0;
      double norm = 0;
      for (int i = 0; i < count; i++) {
        double original = buffers.original[i];
        double difference = buffers.replaced[i] - original;
        error += difference * difference;
        norm += original * original;
      }
      squaredError += error;
      squaredNorm += norm;
      elements += count;
    }

    private void compute(Run rows, Run columns, Buffers buffers) {
      int count = rows.length() * columns.length();
      if (!storedTransposed) {
        blocks.read(
            rows.index(),
            rows.length(),
            columns.index(),
            columns.length(),
            target(buffers.replaced, count));
        return;
      }
      // The original values are decoded later; until then their array is free for the transpose.
      blocks.read(
          columns.index(),
          columns.length(),
          rows.index(),
          rows.length(),
          target(buffers.original, count));
      Tiles.transpose(buffers.original, columns.length(), rows.length(), buffers.replaced);
    }

    private static FloatBuffer target(float[] values, int count) {
      return FloatBuffer.wrap(values, 0, count);
    }

    private ByteBuffer encode(Run rows, Run columns, Buffers buffers, int count) {
      int bad = Tiles.firstNonFinite(buffers.replaced, count);
      if (bad >= 0) {
        throw new TrawlException(
            ErrorCategory.SYSTEM,
            "%s: the new value is %s, not a finite number; try another rank or seed"
                .formatted(element(rows, columns, bad), buffers.replaced[bad]));
      }
      ByteBuffer encoded = Tiles.littleEndian(buffers.bytes, 0, count * elementBytes);
      try {
        FloatCodec.encode(tensor.dtype(), FloatBuffer.wrap(buffers.replaced, 0, count), encoded);
      } catch (ArithmeticException e) {
        int largest = largest(buffers.replaced, count);
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            "%s: the new value %s does not fit in %s; try another rank, or convert the checkpoint to a wider dtype"
                .formatted(
                    element(rows, columns, largest), buffers.replaced[largest], tensor.dtype()),
            e);
      }
      return encoded.clear();
    }

    private String element(Run rows, Run columns, int index) {
      return Tiles.element(
          tensor,
          rows.stored() + index / columns.length(),
          columns.stored() + index % columns.length());
    }

    private static int largest(float[] values, int count) {
      int largest = 0;
      for (int i = 1; i < count; i++) {
        if (Math.abs(values[i]) > Math.abs(values[largest])) {
          largest = i;
        }
      }
      return largest;
    }
  }

  /** Scratch memory for a tile. */
  private final class Buffers {
    private final float[] original;
    private final float[] replaced;
    private final ByteBuffer bytes;

    Buffers(int capacity) {
      original = new float[capacity];
      replaced = new float[capacity];
      bytes = ByteBuffer.allocate(capacity * elementBytes);
    }
  }
}
