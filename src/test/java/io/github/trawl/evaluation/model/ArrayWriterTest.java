package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ways into an array: that into main memory, and that which a GPU's memory needs. */
class ArrayWriterTest {
  /** How an array is written. */
  enum Way {
    DIRECT {
      @Override
      void write(NativeTensor array, long largest, ArrayWriter.Source source) {
        ArrayWriter.writeDirectly(array, largest, source);
      }
    },
    STAGED {
      @Override
      void write(NativeTensor array, long largest, ArrayWriter.Source source) {
        ArrayWriter.writeStaged(array, largest, source);
      }
    };

    abstract void write(NativeTensor array, long largest, ArrayWriter.Source source);
  }

  /** The second of two tensors that are rows of one array is written, and nothing else. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void writesTheRowsOfATensorInWholePieces(Way way) {
    try (TensorScope manager = TorchEngine.scope(Placement.cpu(1))) {
      NativeTensor all = manager.create(filled(27, 7f), 9, 3);
      NativeTensor part = all.slice(0, 2, 7);
      List<Long> firsts = new ArrayList<>();
      way.write(
          part,
          8,
          (first, values) -> {
            firsts.add(first);
            for (long i = first; values.hasRemaining(); i++) {
              values.put(value(i));
            }
          });
      assertThat(firsts).containsExactly(0L, 6L, 12L);
      float[] expected = filled(27, 7f);
      for (int i = 0; i < 15; i++) {
        expected[6 + i] = value(i);
      }
      assertSameBits(all.toFloatArray(), expected);
    }
  }

  /** A row that is longer than a piece is written as one piece. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void writesVectorsAndLongRows(Way way) {
    try (TensorScope manager = TorchEngine.scope(Placement.cpu(1))) {
      for (long[] shape : List.of(new long[] {5}, new long[] {2, 5})) {
        NativeTensor array = manager.empty(NumberType.FLOAT32, shape);
        float[] expected = new float[(int) array.count()];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = value(i);
        }
        way.write(
            array, 2, (first, values) -> values.put(expected, (int) first, values.remaining()));
        assertSameBits(array.toFloatArray(), expected);
        NativeTensor copy = manager.empty(NumberType.FLOAT32, shape);
        copy.copyFrom(array);
        assertSameBits(copy.toFloatArray(), expected);
        NativeTensor third = manager.empty(NumberType.FLOAT32, shape);
        FloatBuffer padded = FloatBuffer.allocate(expected.length + 3).put(2, expected).position(2);
        ArrayWriter.write(third, padded);
        assertSameBits(third.toFloatArray(), expected);
      }
    }
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  /** A number, a negative zero or a NaN with a payload. */
  private static float value(long i) {
    return i % 5 == 3 ? -0f : i % 5 == 4 ? Float.intBitsToFloat(0x7fc01234 + (int) i) : i / 3f;
  }

  private static void assertSameBits(float[] actual, float[] expected) {
    assertThat(bits(actual)).isEqualTo(bits(expected));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
