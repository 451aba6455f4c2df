package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SliceReaderTest {
  /**
   * Rows × columns and rows to read: tiles of many rows, of parts of rows, gaps read and skipped.
   */
  @ParameterizedTest
  @CsvSource({
    "700, 3000, 10, 650, false", "700, 3000, 100, 700, true", "5, 1300000, 1, 2, false",
    "40, 20000, 19000, 900, true", "3, 2500000, 2400000, 90000, true", "1100000, 2, 0, 2, true"
  })
  void tilesMeetAtTheirEdges(int rows, int columns, int from, int count, boolean crossed) {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F32, rows, columns);
    WeightSlice slice = slice(tensor, MatrixLayout.whole(rows, columns));
    WeightSlice oriented = crossed ? slice.transpose() : slice;
    FloatBuffer target = FloatBuffer.allocate(count * oriented.columns());
    SliceReader.read(numbered(tensor, new AtomicLong()), oriented, from, count, target);
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < oriented.columns(); column++) {
        long stored =
            crossed ? (long) column * columns + from + row : (long) (from + row) * columns + column;
        if (target.get(row * oriented.columns() + column) != (float) (stored % 65521)) {
          assertThat(target.get(row * oriented.columns() + column))
              .as("[%d, %d]", row, column)
              .isEqualTo((float) (stored % 65521));
        }
      }
    }
  }

  // A tensor of more than 2 GiB, at a file offset of more than 2 GiB.
  @Test
  void offsetsBeyondTwoGibibytes() {
    TensorInfo tensor = FilledTensors.tensor("w", DType.F32, 5L << 30, List.of(60_000L, 50_000L));
    assertThat(tensor.length()).isGreaterThan(11L << 30);
    WeightSlice slice = slice(tensor, MatrixLayout.whole(60_000, 50_000));
    FloatBuffer target = FloatBuffer.allocate(100_000);
    SliceReader.read(numbered(tensor, new AtomicLong()), slice, 59_998, 2, target);
    assertThat(target.get(7)).isEqualTo((float) ((59_998L * 50_000 + 7) % 65521));
    assertThat(target.get(99_999)).isEqualTo((float) ((60_000L * 50_000 - 1) % 65521));
    SliceReader.read(
        numbered(tensor, new AtomicLong()), slice.transpose(), 49_999, 1, target.clear());
    assertThat(target.get(59_999)).isEqualTo((float) ((60_000L * 50_000 - 1) % 65521));
  }

  @Test
  void onlyTheWantedRowsAreRead() {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F32, 4000, 100);
    AtomicLong bytes = new AtomicLong();
    SliceReader.read(
        numbered(tensor, bytes),
        slice(tensor, MatrixLayout.whole(4000, 100)),
        1000,
        10,
        FloatBuffer.allocate(1000));
    assertThat(bytes.get()).isEqualTo(10 * 100 * Float.BYTES);
  }

  // A value that is not finite is an error that names it.
  @ParameterizedTest
  @CsvSource({"NaN, false", "Infinity, true", "-Infinity, false"})
  void valuesThatAreNotFiniteAreNamed(float value, boolean crossed) {
    TensorInfo tensor = FilledTensors.matrix("h.3.mlp.weight", DType.F32, 6, 5);
    byte[] bytes = new byte[6 * 5 * Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat((4 * 5 + 2) * 4, value);
    WeightSlice slice = slice(tensor, MatrixLayout.whole(6, 5));
    assertThatThrownBy(
            () ->
                SliceReader.read(
                    FilledTensors.source(tensor, bytes),
                    crossed ? slice.transpose() : slice,
                    0,
                    5,
                    FloatBuffer.allocate(30)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll(
            "model.safetensors", "h.3.mlp.weight", "[4, 2]", Float.toString(value))
        .extracting(error -> ((TrawlException) error).category())
        .isEqualTo(ErrorCategory.BAD_INPUT);
  }

  @Test
  void doublesThatDoNotFitInFloat32AreNamed() {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F64, 2, 1);
    byte[] bytes = new byte[16];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putDouble(8, 1e300);
    assertThatThrownBy(
            () ->
                SliceReader.read(
                    FilledTensors.source(tensor, bytes),
                    slice(tensor, MatrixLayout.whole(2, 1)),
                    0,
                    2,
                    FloatBuffer.allocate(2)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("model.safetensors: tensor w, index [1, 0]: 1.0E300 is too large");
  }

  /** A tile of 512 rows and columns does not hold whole rows of the tensor. */
  @ParameterizedTest
  @CsvSource({"true, 550, 555", "true, 3, 2", "false, 550, 555"})
  void doublesThatDoNotFitAreNamedInTilesToo(boolean transposed, int row, int column) {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F64, 600, 600);
    byte[] bytes = new byte[600 * 600 * Double.BYTES];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putDouble((row * 600 + column) * Double.BYTES, -1e300);
    WeightSlice slice = slice(tensor, MatrixLayout.whole(600, 600));
    assertThatThrownBy(
            () ->
                SliceReader.read(
                    FilledTensors.source(tensor, bytes),
                    transposed ? slice.transpose() : slice,
                    0,
                    600,
                    FloatBuffer.allocate(600 * 600)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("tensor w, index [%d, %d]: -1.0E300".formatted(row, column));
  }

  // Zeros of both signs and denormals are values like others.
  @Test
  void zerosAndDenormalsAreRead() {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F32, 1, 2);
    byte[] bytes = new byte[8];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(-0f).putFloat(Float.MIN_VALUE);
    FloatBuffer target = FloatBuffer.allocate(2);
    SliceReader.read(
        FilledTensors.source(tensor, bytes), slice(tensor, MatrixLayout.whole(1, 2)), 0, 1, target);
    assertThat(Float.floatToRawIntBits(target.get(0))).isEqualTo(0x80000000);
    assertThat(target.get(1)).isEqualTo(Float.MIN_VALUE);
  }

  @Test
  void dtypesThatAreNoFloatsAreRefused() {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F8_E4M3, 2, 2);
    assertThatThrownBy(
            () ->
                SliceReader.read(
                    FilledTensors.source(tensor, new byte[4]),
                    slice(tensor, MatrixLayout.whole(2, 2)),
                    0,
                    2,
                    FloatBuffer.allocate(4)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("tensor w", "F8_E4M3");
  }

  @Test
  void rowsOutsideTheMatrixAreRefused() {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F32, 2, 2);
    WeightSlice slice = slice(tensor, MatrixLayout.whole(2, 2));
    assertThatThrownBy(
            () ->
                SliceReader.read(
                    FilledTensors.source(tensor, new byte[16]),
                    slice,
                    1,
                    2,
                    FloatBuffer.allocate(4)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () ->
                SliceReader.read(
                    FilledTensors.source(tensor, new byte[16]),
                    slice,
                    0,
                    2,
                    FloatBuffer.allocate(3)))
        .hasMessageContaining("4 elements do not fit in a buffer of 3");
  }

  private static WeightSlice slice(TensorInfo tensor, MatrixLayout layout) {
    return new WeightSlice(3, MatrixRole.UP, tensor, layout);
  }

  /** A file whose tensor's element i is i modulo 65521; counts the bytes read. */
  private static ByteSource numbered(TensorInfo tensor, AtomicLong bytes) {
    return (position, target) -> {
      assertThat(position).isGreaterThanOrEqualTo(tensor.offset());
      bytes.addAndGet(target.remaining());
      ByteBuffer little = target.order(ByteOrder.LITTLE_ENDIAN);
      for (long i = (position - tensor.offset()) / Float.BYTES; little.hasRemaining(); i++) {
        little.putFloat((int) (i % 65521));
      }
    };
  }
}
