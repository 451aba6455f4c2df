package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SliceRewriteTest {
  private static final TensorInfo TENSOR = FilledTensors.matrix("h.0.w", DType.F32, 2, 2);

  @Test
  void errorIsThatOfTheRoundedValues() {
    TensorInfo tensor = FilledTensors.matrix("w", DType.BF16, 1, 2);
    ByteBuffer chunk = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    chunk.putShort((short) 0x4040).putShort((short) 0x4080).flip();
    WeightSlice slice = slice(tensor, MatrixLayout.whole(1, 2));
    // 3 and 4 become 1 + 2^-20, which rounds to 1, and 4: an error of 2 in 5.
    SliceRewrite rewrite = new SliceRewrite(tensor, Map.of(slice, values(1 + 0x1p-20f, 4)));
    rewrite.rewrite(0, chunk);
    assertThat(chunk.getShort(0)).isEqualTo((short) 0x3f80);
    assertThat(rewrite.relativeErrors().get(slice)).isEqualTo(2.0 / 5);
  }

  /** Rows × columns of tensors that take several tiles: of many rows, and of parts of a row. */
  @ParameterizedTest
  @CsvSource({"700, 3000, false", "700, 3000, true", "2, 1100000, false", "2, 1100000, true"})
  void tilesMeetAtTheirEdges(int rows, int columns, boolean crossed) {
    TensorInfo tensor = FilledTensors.matrix("w", DType.F32, rows, columns);
    WeightSlice whole = slice(tensor, MatrixLayout.whole(rows, columns));
    WeightSlice slice = crossed ? whole.transpose() : whole;
    MatrixBlocks numbers =
        (rowStart, rowCount, columnStart, columnCount, target) -> {
          for (int row = rowStart; row < rowStart + rowCount; row++) {
            for (int column = columnStart; column < columnStart + columnCount; column++) {
              int stored = crossed ? column * columns + row : row * columns + column;
              target.put(stored % 65521);
            }
          }
        };
    SliceRewrite rewrite = new SliceRewrite(tensor, Map.of(slice, numbers));
    ByteBuffer chunk = ByteBuffer.allocate(rows * columns * Float.BYTES);
    rewrite.rewrite(0, chunk.order(ByteOrder.LITTLE_ENDIAN));
    int wrong = 0;
    for (int i = 0; i < rows * columns; i++) {
      wrong += chunk.getFloat(i * Float.BYTES) == i % 65521 ? 0 : 1;
    }
    assertThat(wrong).isZero();
    assertThat(rewrite.relativeErrors()).containsOnlyKeys(slice);
  }

  @Test
  void zeroMatrices() {
    WeightSlice slice = slice(TENSOR, MatrixLayout.whole(2, 2));
    assertThat(relativeError(slice, values(0, 0, 0, 0))).isZero();
    assertThat(relativeError(slice, values(0, 1, 0, 0))).isInfinite();
  }

  private static double relativeError(WeightSlice slice, MatrixBlocks blocks) {
    SliceRewrite rewrite = new SliceRewrite(TENSOR, Map.of(slice, blocks));
    rewrite.rewrite(0, ByteBuffer.allocate(16));
    return rewrite.relativeErrors().get(slice);
  }

  // A value that would become infinite is refused.
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void overflowNamesTheElement(DType dtype) {
    TensorInfo tensor = FilledTensors.matrix("h.0.w", dtype, 2, 2);
    WeightSlice slice = slice(tensor, MatrixLayout.whole(2, 2)).transpose();
    SliceRewrite rewrite =
        new SliceRewrite(tensor, Map.of(slice, values(1, 2, -Float.MAX_VALUE, 3)));
    assertThatThrownBy(() -> rewrite.rewrite(0, ByteBuffer.allocate(8)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("model.safetensors", "h.0.w", "[0, 1]", dtype.name())
        .extracting(error -> ((TrawlException) error).category())
        .isEqualTo(ErrorCategory.BAD_INPUT);
  }

  @Test
  void newValuesThatAreNotFiniteAreRefused() {
    WeightSlice slice = slice(TENSOR, MatrixLayout.whole(2, 2));
    SliceRewrite rewrite = new SliceRewrite(TENSOR, Map.of(slice, values(1, 2, 3, Float.NaN)));
    assertThatThrownBy(() -> rewrite.rewrite(0, ByteBuffer.allocate(16)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("h.0.w", "[1, 1]", "NaN");
  }

  @Test
  void misuseIsRefused() {
    WeightSlice slice = slice(TENSOR, MatrixLayout.whole(2, 2));
    MatrixBlocks blocks = values(0, 0, 0, 0);
    SliceRewrite rewrite = new SliceRewrite(TENSOR, Map.of(slice, blocks));
    assertThatThrownBy(() -> rewrite.rewrite(4, ByteBuffer.allocate(8)))
        .hasMessageContaining("whole rows of 8 bytes");
    assertThatThrownBy(() -> rewrite.rewrite(8, ByteBuffer.allocate(4)))
        .hasMessageContaining("whole rows of 8 bytes");
    assertThatThrownBy(rewrite::relativeErrors).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> new SliceRewrite(TENSOR, Map.of(slice, blocks, slice.transpose(), blocks)))
        .hasMessageContaining("replaced twice");
    TensorInfo other = FilledTensors.matrix("other", DType.F32, 2, 2);
    assertThatThrownBy(() -> new SliceRewrite(other, Map.of(slice, blocks)))
        .hasMessageContaining("does not lie in tensor other");
  }

  private static WeightSlice slice(TensorInfo tensor, MatrixLayout layout) {
    return new WeightSlice(0, MatrixRole.UP, tensor, layout);
  }

  /** A matrix of two columns. */
  private static MatrixBlocks values(float... values) {
    return (rowStart, rowCount, columnStart, columnCount, target) -> {
      for (int row = rowStart; row < rowStart + rowCount; row++) {
        target.put(values, row * 2 + columnStart, columnCount);
      }
    };
  }
}
