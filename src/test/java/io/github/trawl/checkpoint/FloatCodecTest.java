package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All 16-bit patterns and the ties between them, against arithmetic in float64. */
class FloatCodecTest {
  private static final int PATTERNS = 1 << 16;

  /** The value of a pattern by the definition of the format: exact in float64. */
  private static double value(DType dtype, int pattern) {
    int mantissaBits = dtype == DType.F16 ? 10 : 7;
    int bias = dtype == DType.F16 ? 15 : 127;
    int exponents = (1 << (15 - mantissaBits)) - 1;
    double sign = pattern >>> 15 == 1 ? -1 : 1;
    int exponent = (pattern >>> mantissaBits) & exponents;
    double fraction = (pattern & ((1 << mantissaBits) - 1)) / (double) (1 << mantissaBits);
    if (exponent == exponents) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * fraction * Math.pow(2, 1 - bias)
        : sign * (1 + fraction) * Math.pow(2, exponent - bias);
  }

  private static float[] decode(DType dtype, int... patterns) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * patterns.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int pattern : patterns) {
      bytes.putShort((short) pattern);
    }
    FloatBuffer values = FloatBuffer.allocate(patterns.length);
    FloatCodec.decode(dtype, bytes.flip(), values);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(values.hasRemaining()).isFalse();
    return values.array();
  }

  private static int[] encode(DType dtype, float... values) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(2 * values.length);
    FloatCodec.encode(dtype, FloatBuffer.wrap(values), bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    int[] patterns = new int[values.length];
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] = bytes.getShort() & 0xffff;
    }
    return patterns;
  }

  private static int[] allPatterns() {
    int[] patterns = new int[PATTERNS];
    for (int i = 0; i < PATTERNS; i++) {
      patterns[i] = i;
    }
    return patterns;
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void decodesEveryPattern(DType dtype) {
    float[] values = decode(dtype, allPatterns());

    for (int i = 0; i < PATTERNS; i++) {
      // Boxed comparison tells -0 from 0 and takes NaN for equal.
      assertThat((Float) values[i]).as("pattern %x", i).isEqualTo((Float) (float) value(dtype, i));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void encodesEveryDecodedPatternBack(DType dtype) {
    int[] again = encode(dtype, decode(dtype, allPatterns()));

    for (int i = 0; i < PATTERNS; i++) {
      if (Double.isNaN(value(dtype, i))) {
        assertThat(value(dtype, again[i])).as("pattern %x", i).isNaN();
        assertThat(again[i] >>> 15).as("sign of %x", i).isEqualTo(i >>> 15);
      } else {
        assertThat(again[i]).isEqualTo(i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void roundsToNearestAndTiesToEven(DType dtype) {
    int infinity = dtype == DType.F16 ? 0x7c00 : 0x7f80;
    List<Float> inputs = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < infinity - 1; i++) {
      float tie = (float) ((value(dtype, i) + value(dtype, i + 1)) / 2);
      for (int sign = 0; sign < 2; sign++) {
        float direction = sign == 0 ? 1 : -1;
        inputs.add(direction * tie);
        expected.add((i % 2 == 0 ? i : i + 1) | sign << 15);
        inputs.add(direction * Math.nextDown(tie));
        expected.add(i | sign << 15);
        inputs.add(direction * Math.nextUp(tie));
        expected.add(i + 1 | sign << 15);
      }
    }
    float[] values = new float[inputs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = inputs.get(i);
    }

    int[] found = encode(dtype, values);

    for (int i = 0; i < values.length; i++) {
      assertThat(found[i]).as("%a", values[i]).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"F16,65520", "F16,65536", "F16,1e30", "BF16,3.3961776e38", "BF16,3.4028235e38"})
  void refusesOverflow(DType dtype, float value) {
    FloatBuffer values = FloatBuffer.allocate(5000);
    values.put(0, Float.POSITIVE_INFINITY).put(1, Float.NaN).put(4321, -value).put(4500, value);

    assertThatThrownBy(() -> FloatCodec.encode(dtype, values, ByteBuffer.allocate(10000)))
        .isInstanceOf(ArithmeticException.class)
        .isInstanceOfSatisfying(
            FloatOverflowException.class, e -> assertThat(e.elementIndex()).isEqualTo(4321))
        .hasMessageContainingAll("element 4321", dtype.name());
  }

  @ParameterizedTest
  @CsvSource({"F16,65519.996,7bff", "BF16,3.396177e38,7f7f"})
  void keepsTheGreatestValueThatDoesNotOverflow(DType dtype, float value, String pattern) {
    assertThat(encode(dtype, value, -value))
        .containsExactly(Integer.parseInt(pattern, 16), 0x8000 | Integer.parseInt(pattern, 16));
  }

  @Test
  void refusesDoublesBeyondFloat() {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(Double.POSITIVE_INFINITY).putDouble(Double.NaN).putDouble(-1e39).flip();

    assertThatThrownBy(() -> FloatCodec.decode(DType.F64, bytes, FloatBuffer.allocate(3)))
        .isInstanceOf(FloatOverflowException.class)
        .hasMessageContaining("element 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 2048, 2049, 10_000})
  void passesFloatsThroughAllWiderTypes(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      int length = count * dtype.bits() / 8;
      ByteBuffer bytes = ByteBuffer.allocate(length + 3).position(3);
      FloatCodec.encode(dtype, FloatBuffer.wrap(values), bytes);
      FloatBuffer again = ByteBuffer.allocateDirect(4 * count).asFloatBuffer();
      FloatCodec.decode(dtype, bytes.position(3), again);

      float[] found = new float[count];
      again.flip().get(found);
      assertThat(found).isEqualTo(values);
    }
  }

  @Test
  void writesLittleEndianWhateverTheBuffersOrder() {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.BIG_ENDIAN);

    FloatCodec.encode(DType.F32, FloatBuffer.wrap(new float[] {1f}), bytes);

    assertThat(bytes.array()).containsExactly(0, 0, 0x80, 0x3f);
  }

  @Test
  void refusesTypesAndSizesThatItCannotConvert() {
    assertThatThrownBy(
            () -> FloatCodec.decode(DType.I32, ByteBuffer.allocate(4), FloatBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("I32");
    assertThatThrownBy(
            () -> FloatCodec.decode(DType.F32, ByteBuffer.allocate(6), FloatBuffer.allocate(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> FloatCodec.decode(DType.F32, ByteBuffer.allocate(8), FloatBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> FloatCodec.encode(DType.F16, FloatBuffer.allocate(2), ByteBuffer.allocate(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
