package io.github.trawl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RowPairsTest {
  private static final int ROWS = 7;
  private static final int COLUMNS = 9_363;

  /** All finite values of a 16-bit format, padded with zeros to 7 rows. */
  private static float[] values(ValueFormat format) {
    float[] values = new float[ROWS * COLUMNS];
    int count = 0;
    for (int bits = 0; bits <= 0xffff; bits++) {
      float value = decoded(format, bits);
      if (Float.isFinite(value)) {
        values[count++] = value;
      }
    }
    return values;
  }

  /** By the definition of the formats: sign, exponent and fraction. */
  private static float decoded(ValueFormat format, int bits) {
    int fractionBits = format == ValueFormat.FLOAT16 ? 10 : 7;
    int exponentBits = 15 - fractionBits;
    int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
    int bias = (1 << (exponentBits - 1)) - 1;
    double fraction = (bits & ((1 << fractionBits) - 1)) / (double) (1 << fractionBits);
    if (exponent == (1 << exponentBits) - 1) {
      return Float.NaN;
    }
    double magnitude =
        exponent == 0
            ? fraction * Math.pow(2, 1 - bias)
            : (1 + fraction) * Math.pow(2, exponent - bias);
    return (float) (bits >> 15 == 0 ? magnitude : -magnitude);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  @DisplayName("every finite 16-bit value keeps its bits, whatever the panel")
  void roundTrip(ValueFormat format) {
    float[] expected = values(format);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(8 << 20);
        FloatMatrix source = memory.floats(ROWS, COLUMNS);
        TensorBlock block = TensorBlock.allocate(memory, format, 3, 2, ROWS, COLUMNS)) {
      source.copyFrom(expected);
      block.setRows(1, 0, source.rowRange(0, 4));
      block.setRows(1, 4, source.rowRange(4, 3));
      assertThat(block.bytes()).isEqualTo(2L * 2 * (ROWS + 1) * COLUMNS);
      assertThat(block.format()).isEqualTo(format);
      for (int[] part :
          new int[][] {{0, 7, 0, COLUMNS}, {1, 5, 1, 5000}, {3, 1, 9000, 363}, {2, 2, 7, 1}}) {
        try (FloatMatrix panel = block.panel(1, part[0], part[1], part[2], part[3])) {
          for (int row = 0; row < part[1]; row++) {
            int start = (part[0] + row) * COLUMNS + part[2];
            assertThat(bits(panel.rowRange(row, 1).toArray()))
                .isEqualTo(bits(Arrays.copyOfRange(expected, start, start + part[3])));
          }
        }
      }
      try (FloatMatrix other = block.panel(0, 0, ROWS, 0, COLUMNS)) {
        assertThat(other.toArray()).containsOnly(0f);
      }
      double squares = 0;
      for (float value : expected) {
        squares += (double) value * value;
      }
      assertThat(block.squaredNorm() / squares).isBetween(1 - 1e-12, 1 + 1e-12);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, 65536",
    "FLOAT16, 1e-8",
    "FLOAT16, 1e-42",
    "FLOAT16, 1.0001",
    "FLOAT16, NaN",
    "FLOAT16, -Infinity",
    "BFLOAT16, 1.001",
    "BFLOAT16, Infinity",
    "BFLOAT16, NaN"
  })
  @DisplayName("a value that has no form of 16 bits is refused, not rounded")
  void inexact(ValueFormat format, float value) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        FloatMatrix source = memory.floats(1, 1);
        TensorBlock block = TensorBlock.allocate(memory, format, 0, 1, 1, 1)) {
      source.set(0, 0, value);
      assertThatThrownBy(() -> block.setRows(0, 0, source))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(Float.toString(value), format.name());
    }
  }

  @Test
  @DisplayName("what is outside a block of pairs, or would tear one, is refused")
  void bounds() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 20);
        FloatMatrix source = memory.floats(2, 4);
        TensorBlock block = TensorBlock.allocate(memory, ValueFormat.BFLOAT16, 0, 1, 3, 4)) {
      assertThatThrownBy(() -> block.slice(0)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> block.panel(0, 2, 2, 0, 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> block.panel(0, 0, 3, 1, 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> block.setRows(0, 2, source))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> block.setRows(0, 1, source)).hasMessageContaining("1");
      assertThat(memory.allocatedBytes()).isEqualTo(64 + 64);
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
