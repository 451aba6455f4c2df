package io.github.trawl.checkpoint;

/**
 * Converts arrays between float32 and the two 16-bit floats, float16 and bfloat16, by bit
 * arithmetic.
 */
final class HalfFloats {
  private static final int SIGN = 0x80000000;
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;

  /**
   * The least magnitude that rounds to infinity in float16: halfway between 65504 and 65536, since
   * a tie rounds to even.
   */
  private static final int FLOAT16_OVERFLOW = Float.floatToRawIntBits(65520f);

  /**
   * The least magnitude that rounds to infinity in bfloat16: halfway between the greatest bfloat16
   * and 2^128.
   */
  private static final int BFLOAT16_OVERFLOW = 0x7f7f8000;

  private static final int FLOAT16_LEAST_NORMAL = Float.floatToRawIntBits(0x1p-14f);

  private HalfFloats() {}

  static void decodeBfloat16(short[] stored, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(stored[i] << 16);
    }
  }

  /**
   * Decodes float16. The 15 magnitude bits, moved to the place of float32's exponent and mantissa,
   * are the value times 2^-112; one exact multiplication puts that right, for subnormal numbers
   * too. Infinities and NaNs get float32's exponent afterwards.
   */
  static void decodeFloat16(short[] stored, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      int half = stored[i];
      int magnitude = half & 0x7fff;
      int bits = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude << 13) * 0x1p112f);
      bits |= magnitude >= 0x7c00 ? INFINITY : 0;
      // Widening the short has copied its sign bit to bit 31, where float32 has it.
      values[i] = Float.intBitsToFloat(bits | (half & SIGN));
    }
  }

  /** Encodes bfloat16 and returns whether every finite value stayed finite. */
  static boolean encodeBfloat16(float[] values, short[] stored, int count) {
    int overflows = 0;
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      int magnitude = bits & MAGNITUDE;
      int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
      // A NaN is cut, not rounded, and made quiet so that the cut can't turn it into infinity.
      stored[i] = (short) (magnitude > INFINITY ? (bits >>> 16) | 0x40 : rounded);
      overflows |= magnitude >= BFLOAT16_OVERFLOW && magnitude < INFINITY ? 1 : 0;
    }
    return overflows == 0;
  }

  /** Encodes float16 and returns whether every finite value stayed finite. */
  static boolean encodeFloat16(float[] values, short[] stored, int count) {
    int overflows = 0;
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      int magnitude = bits & MAGNITUDE;
      int half;
      if (magnitude >= FLOAT16_OVERFLOW) {
        half = magnitude > INFINITY ? 0x7e00 | ((magnitude >>> 13) & 0x3ff) : 0x7c00;
        overflows |= magnitude < INFINITY ? 1 : 0;
      } else if (magnitude < FLOAT16_LEAST_NORMAL) {
        // Around 0.5f, float32 numbers are as far apart as subnormal float16 numbers are, 2^-24:
        // the sum rounds as it should.
        half = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - 0x3f000000;
      } else {
        // 112 is the difference of the exponent biases, 127 and 15.
        half = (magnitude - (112 << 23) + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
      }
      stored[i] = (short) (half | ((bits & SIGN) >>> 16));
    }
    return overflows == 0;
  }

  /** Returns the index of the first finite value that {@code dtype} can't hold. */
  static int firstOverflow(DType dtype, float[] values, int count) {
    int limit = dtype == DType.BF16 ? BFLOAT16_OVERFLOW : FLOAT16_OVERFLOW;
    for (int i = 0; i < count; i++) {
      int magnitude = Float.floatToRawIntBits(values[i]) & MAGNITUDE;
      if (magnitude >= limit && magnitude < INFINITY) {
        return i;
      }
    }
    throw new IllegalStateException("no value overflows " + dtype);
  }
}
