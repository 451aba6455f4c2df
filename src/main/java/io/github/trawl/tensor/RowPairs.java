package io.github.trawl.tensor;

import io.github.trawl.linalg.FloatMatrix;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * 16-bit values of a matrix, two rows to a row of 32-bit words: row 2p in the lower halves of row
 * p, row 2p + 1 in the upper ones.
 *
 * <p>Widening converts 16-bit values to float32, narrowing converts them back. In this order
 * widening takes a few shifts and masks per value, in loops that compile to vector instructions;
 * with the values of a row side by side they would not. Widening is exact. Narrowing refuses values
 * that have no exact 16-bit form.
 */
final class RowPairs {
  private static final int UPPER = 0xffff0000;

  /**
   * The mask for a half precision number that was moved to the upper half of a word and then
   * shifted right by three bits. It keeps the sign bit and the 15 bits of the magnitude, whose
   * exponent and fraction then line up with the fields of float32.
   */
  private static final int HALF_BITS = 0x8fffe000;

  private static final float HALF_MAX = 65504f;

  /** The most words that are converted at a time. */
  private static final int CHUNK = 2048;

  private final FloatMatrix words;
  private final int rows;
  private final ValueFormat format;
  private final int[] pairs = new int[CHUNK];
  private final int[] bits = new int[CHUNK];
  private final float[] values = new float[CHUNK];

  /**
   * @param words of (rows + 1) / 2 rows
   * @param format one of 16 bits
   */
  RowPairs(FloatMatrix words, int rows, ValueFormat format) {
    this.words = words;
    this.rows = rows;
    this.format = format;
  }

  /** The rows of words that {@code rows} rows of values take. */
  static int wordRows(int rows) {
    return rows / 2 + rows % 2;
  }

  /** Fills {@code target} with the values from ({@code rowStart}, {@code columnStart}) on. */
  void widen(int rowStart, int columnStart, FloatMatrix target) {
    Objects.checkFromIndexSize(rowStart, target.rows(), rows);
    int columns = target.columns();
    int rowEnd = rowStart + target.rows();
    int firstPair = rowStart / 2;
    IntBuffer source = words.bits(firstPair, columnStart, wordRows(rowEnd) - firstPair, columns);
    IntBuffer bitTarget = target.bits(0, 0, target.rows(), columns);
    FloatBuffer valueTarget = target.span(0, 0, bitTarget.capacity());
    for (int pair = firstPair; 2 * pair < rowEnd; pair++) {
      int lowerRow = 2 * pair - rowStart;
      for (int start = 0; start < columns; start += CHUNK) {
        int count = Math.min(CHUNK, columns - start);
        source.get((pair - firstPair) * words.stride() + start, pairs, 0, count);
        if (lowerRow >= 0) {
          moveLower(count);
          writeBits(bitTarget, valueTarget, lowerRow * target.stride() + start, count);
        }
        if (lowerRow + 1 < target.rows()) {
          moveUpper(count);
          writeBits(bitTarget, valueTarget, (lowerRow + 1) * target.stride() + start, count);
        }
      }
    }
  }

  /**
   * Sets {@code bits} to the values in the lower halves of {@code pairs}, at their float32 place.
   */
  private void moveLower(int count) {
    if (format == ValueFormat.BFLOAT16) {
      for (int i = 0; i < count; i++) {
        bits[i] = pairs[i] << 16;
      }
    } else {
      for (int i = 0; i < count; i++) {
        bits[i] = (pairs[i] << 16) >> 3 & HALF_BITS;
      }
    }
  }

  /**
   * Sets {@code bits} to the values in the upper halves of {@code pairs}, at their float32 place.
   */
  private void moveUpper(int count) {
    if (format == ValueFormat.BFLOAT16) {
      for (int i = 0; i < count; i++) {
        bits[i] = pairs[i] & UPPER;
      }
    } else {
      for (int i = 0; i < count; i++) {
        bits[i] = pairs[i] >> 3 & HALF_BITS;
      }
    }
  }

  /**
   * Writes {@code bits} to the target as integers. Read back as floats they are the float32 values;
   * loops that convert integers to floats value by value are not vectorised. Half precision values
   * are then scaled by 2¹¹², the difference of the exponent biases of float32 (127) and half
   * precision (15).
   */
  private void writeBits(IntBuffer bitTarget, FloatBuffer valueTarget, int index, int count) {
    bitTarget.put(index, bits, 0, count);
    if (format == ValueFormat.FLOAT16) {
      valueTarget.get(index, values, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] *= 0x1p112f;
      }
      valueTarget.put(index, values, 0, count);
    }
  }

  /**
   * Sets the rows from {@code rowStart} on to {@code source}.
   *
   * @param rowStart even
   * @throws IllegalArgumentException if a value has no exact form in the format
   */
  void narrow(int rowStart, FloatMatrix source) {
    Objects.checkFromIndexSize(rowStart, source.rows(), rows);
    if (rowStart % 2 != 0) {
      throw new IllegalArgumentException("rows of a pair are set together, not from " + rowStart);
    }
    float[] lower = new float[source.columns()];
    float[] upper = new float[source.columns()];
    for (int row = 0; row < source.rows(); row += 2) {
      source.read(row, 0, lower, 0, lower.length);
      if (row + 1 < source.rows()) {
        source.read(row + 1, 0, upper, 0, upper.length);
      } else {
        Arrays.fill(upper, 0);
      }
      IntBuffer target = words.bits((rowStart + row) / 2, 0, 1, lower.length);
      for (int column = 0; column < lower.length; column++) {
        target.put(column, narrowed(upper[column], format) << 16 | narrowed(lower[column], format));
      }
    }
  }

  /**
   * Sets a tile that may start and end at any row; where it covers one row of a pair, the other one
   * keeps its values.
   *
   * @param words of (rows + 1) / 2 rows
   * @param source the values row by row, from {@code offset} on
   * @throws IllegalArgumentException if a value has no exact form in the format
   */
  static void setTile(
      FloatMatrix words,
      ValueFormat format,
      int rowStart,
      int columnStart,
      int rowCount,
      int columns,
      float[] source,
      int offset) {
    for (int done = 0; done < rowCount; ) {
      int row = rowStart + done;
      int lower = offset + done * columns;
      IntBuffer target = words.bits(row / 2, columnStart, 1, columns);
      if (row % 2 == 0 && done + 1 < rowCount) {
        int upper = lower + columns;
        for (int i = 0; i < columns; i++) {
          target.put(
              i, narrowed(source[upper + i], format) << 16 | narrowed(source[lower + i], format));
        }
        done += 2;
      } else {
        int shift = row % 2 * Short.SIZE;
        int kept = UPPER >>> shift;
        for (int i = 0; i < columns; i++) {
          int half = narrowed(source[lower + i], format);
          target.put(i, (target.get(i) & kept) | (half << shift));
        }
        done++;
      }
    }
  }

  /** Returns the 16 bits of a value; throws an exception if it has no exact form in the format. */
  private static int narrowed(float value, ValueFormat format) {
    int whole = Float.floatToRawIntBits(value);
    int half;
    boolean exact;
    if (format == ValueFormat.BFLOAT16) {
      half = whole >>> 16;
      exact = (whole & 0xffff) == 0 && Float.isFinite(value);
    } else {
      int magnitude = Float.floatToRawIntBits(Math.abs(value) * 0x1p-112f);
      half = magnitude >>> 13 | whole >>> 31 << 15;
      // Scaled back, to find values that were rounded when they were scaled down.
      exact =
          (magnitude & 0x1fff) == 0
              && Float.intBitsToFloat(magnitude) * 0x1p112f == Math.abs(value)
              && Math.abs(value) <= HALF_MAX;
    }
    if (!exact) {
      throw new IllegalArgumentException(value + " is not a finite " + format + " value");
    }
    return half;
  }
}
