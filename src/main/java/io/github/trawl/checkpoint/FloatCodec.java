package io.github.trawl.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Converts stored elements to float32 and back.
 *
 * <p>Narrowing rounds to nearest, ties to even. NaN and infinity pass through; a finite value that
 * would become infinite is refused. Stored bytes are little-endian, whatever the buffer's order.
 */
public final class FloatCodec {
  /** Elements converted at a time; the scratch arrays stay in the first-level cache. */
  private static final int BLOCK = 2048;

  private FloatCodec() {}

  /**
   * Decodes all remaining elements of {@code source} and advances both buffers.
   *
   * @throws IllegalArgumentException if {@code dtype} is not decodable, the source is not a whole
   *     number of elements, or the target is too small
   * @throws FloatOverflowException if a finite F64 does not fit float32
   */
  public static void decode(DType dtype, ByteBuffer source, FloatBuffer target) {
    int count = elements(dtype, source.remaining());
    if (target.remaining() < count) {
      throw new IllegalArgumentException(
          "target holds " + target.remaining() + " elements of " + count);
    }
    ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> target.put(bytes.asFloatBuffer());
      case F64 -> decodeDoubles(bytes.asDoubleBuffer(), target);
      default -> decodeShorts(dtype, bytes.asShortBuffer(), target);
    }
    source.position(source.limit());
  }

  /**
   * Encodes all remaining elements of {@code source} and advances both buffers.
   *
   * @throws IllegalArgumentException if {@code dtype} is not decodable or the target is too small
   * @throws FloatOverflowException if a finite value would become infinite; what the target then
   *     holds is undefined
   */
  public static void encode(DType dtype, FloatBuffer source, ByteBuffer target) {
    int count = source.remaining();
    long length = (long) count * width(dtype);
    if (target.remaining() < length) {
      throw new IllegalArgumentException(
          "target holds " + target.remaining() + " bytes of " + length);
    }
    ByteBuffer bytes = target.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> {
        bytes.asFloatBuffer().put(source);
      }
      case F64 -> encodeDoubles(source, bytes.asDoubleBuffer());
      default -> encodeShorts(dtype, source, bytes.asShortBuffer());
    }
    target.position(target.position() + (int) length);
  }

  private static int width(DType dtype) {
    if (!dtype.isDecodable()) {
      throw new IllegalArgumentException(dtype + " is not a type of weights that can be decoded");
    }
    return dtype.bits() / Byte.SIZE;
  }

  private static int elements(DType dtype, int bytes) {
    int width = width(dtype);
    if (bytes % width != 0) {
      throw new IllegalArgumentException(bytes + " bytes are no whole number of " + dtype);
    }
    return bytes / width;
  }

  private static void decodeShorts(DType dtype, ShortBuffer source, FloatBuffer target) {
    short[] stored = new short[BLOCK];
    float[] values = new float[BLOCK];
    while (source.hasRemaining()) {
      int count = Math.min(BLOCK, source.remaining());
      source.get(stored, 0, count);
      if (dtype == DType.BF16) {
        HalfFloats.decodeBfloat16(stored, values, count);
      } else {
        HalfFloats.decodeFloat16(stored, values, count);
      }
      target.put(values, 0, count);
    }
  }

  private static void encodeShorts(DType dtype, FloatBuffer source, ShortBuffer target) {
    short[] stored = new short[BLOCK];
    float[] values = new float[BLOCK];
    long done = 0;
    while (source.hasRemaining()) {
      int count = Math.min(BLOCK, source.remaining());
      source.get(values, 0, count);
      boolean fits =
          dtype == DType.BF16
              ? HalfFloats.encodeBfloat16(values, stored, count)
              : HalfFloats.encodeFloat16(values, stored, count);
      if (!fits) {
        int index = HalfFloats.firstOverflow(dtype, values, count);
        throw new FloatOverflowException(done + index, values[index], dtype.name());
      }
      target.put(stored, 0, count);
      done += count;
    }
  }

  private static void decodeDoubles(DoubleBuffer source, FloatBuffer target) {
    double[] stored = new double[BLOCK];
    float[] values = new float[BLOCK];
    long done = 0;
    while (source.hasRemaining()) {
      int count = Math.min(BLOCK, source.remaining());
      source.get(stored, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] = (float) stored[i];
      }
      for (int i = 0; i < count; i++) {
        if (Float.isInfinite(values[i]) && !Double.isInfinite(stored[i])) {
          throw new FloatOverflowException(done + i, stored[i], DType.F32.name());
        }
      }
      target.put(values, 0, count);
      done += count;
    }
  }

  private static void encodeDoubles(FloatBuffer source, DoubleBuffer target) {
    double[] stored = new double[BLOCK];
    float[] values = new float[BLOCK];
    while (source.hasRemaining()) {
      int count = Math.min(BLOCK, source.remaining());
      source.get(values, 0, count);
      for (int i = 0; i < count; i++) {
        stored[i] = values[i];
      }
      target.put(stored, 0, count);
    }
  }
}
