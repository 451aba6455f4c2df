package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
      void write(NDArray array, long largest, ArrayWriter.Source source) {
        ArrayWriter.writeDirectly(array, largest, source);
      }
    },
    STAGED {
      @Override
      void write(NDArray array, long largest, ArrayWriter.Source source) {
        ArrayWriter.writeStaged(array, largest, source);
      }
    };

    abstract void write(NDArray array, long largest, ArrayWriter.Source source);
  }

  /** The second of two tensors that are rows of one array is written, and nothing else. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void writesTheRowsOfATensorInWholePieces(Way way) {
    try (NDManager manager = TorchEngine.manager(Placement.cpu(1))) {
      NDArray all = manager.create(new Shape(9, 3), DataType.FLOAT32);
      all.set(new NDIndex().addSliceDim(0, 9), 7f);
      NDArray part = all.get(new NDIndex().addSliceDim(2, 7));
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
      float[] expected = new float[27];
      Arrays.fill(expected, 7f);
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
    try (NDManager manager = TorchEngine.manager(Placement.cpu(1))) {
      for (Shape shape : List.of(new Shape(5), new Shape(2, 5))) {
        NDArray array = manager.create(shape, DataType.FLOAT32);
        float[] expected = new float[(int) shape.size()];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = value(i);
        }
        way.write(
            array, 2, (first, values) -> values.put(expected, (int) first, values.remaining()));
        assertSameBits(array.toFloatArray(), expected);
        NDArray copy = manager.create(shape, DataType.FLOAT32);
        ArrayWriter.copy(array, copy);
        assertSameBits(copy.toFloatArray(), expected);
        NDArray third = manager.create(shape, DataType.FLOAT32);
        FloatBuffer padded = FloatBuffer.allocate(expected.length + 3).put(2, expected).position(2);
        ArrayWriter.write(third, padded);
        assertSameBits(third.toFloatArray(), expected);
      }
    }
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
