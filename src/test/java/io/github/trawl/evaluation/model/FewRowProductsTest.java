package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FewRowProductsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 700, 700, 175",
    "1, 100, 100, 100",
    "100, 100, 101, 26",
    "3, 64, 2047, 512",
    "3, 64, 2048, 256",
    "3, 64, 8191, 1024",
    "3, 64, 8192, 512"
  })
  void dividesWhatIsWorthIt(long rows, long inputs, long outputs, long width) {
    assertThat(FewRowProducts.pieceWidth(rows, inputs, outputs)).isEqualTo(width);
  }

  /** Outputs that are no multiple of the pieces, against sums in float64. */
  @ParameterizedTest
  @CsvSource({"1, 1001", "2, 1001", "3, 1001", "3, 8209", "3, 5", "2, 1"})
  void multipliesAllOfThem(int threads, int outputs) {
    int inputs = outputs < 10 ? 200_000 : 300;
    float[] input = new float[2 * inputs];
    float[] weight = new float[outputs * inputs];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.sin(i);
    }
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) Math.cos(3 * i);
    }
    try (TensorScope scope = TorchEngine.scope(Placement.cpu(threads))) {
      float[] actual =
          FewRowProducts.multiply(
                  scope.create(input, 2, inputs), scope.create(weight, outputs, inputs))
              .toFloatArray();
      assertThat(actual).hasSize(2 * outputs);
      for (int row = 0; row < 2; row++) {
        for (int output = 0; output < outputs; output++) {
          double sum = 0;
          for (int i = 0; i < inputs; i++) {
            sum += (double) input[row * inputs + i] * weight[output * inputs + i];
          }
          assertThat((double) actual[row * outputs + output] - sum).isBetween(-1e-4, 1e-4);
        }
      }
    }
  }

  /** Rows from the first, a middle and the last place, of sizes other than those of the probe. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 63})
  void givesARowItsBitsWhateverOtherRowsThereAre(int rows) {
    int inputs = 2304;
    int outputs = 3700; // In eight pieces, the last of which is the smallest.
    assumeTrue(FewRowProducts.hasIndependentRows(rows, inputs, outputs), "not on this processor");
    float[] values = new float[100 * inputs];
    float[] weight = new float[outputs * inputs];
    Random random = new Random(rows);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    try (TensorScope scope = TorchEngine.scope(Placement.cpu(2))) {
      NativeTensor input = scope.create(values, 100, inputs);
      NativeTensor stored = scope.create(weight, outputs, inputs);
      float[] all = FewRowProducts.multiply(input, stored).toFloatArray();
      for (int from : new int[] {0, 17, 100 - rows}) {
        NativeTensor some = input.slice(0, from, from + rows);
        assertThat(FewRowProducts.multiply(some, stored).toFloatArray())
            .isEqualTo(Arrays.copyOfRange(all, from * outputs, (from + rows) * outputs));
      }
    }
  }

  @Test
  void takesNoFewerRowsThanThisProcessorAllows() {
    int least = IndependentRows.LEAST_ON_THIS_PROCESSOR;
    assumeTrue(least > 1 && least < 1000, "any number of rows, or none");
    assertThat(FewRowProducts.hasIndependentRows(least - 1, 8192, 8192)).isFalse();
    assertThat(FewRowProducts.hasIndependentRows(least, 8192, 8192)).isTrue();
  }

  @Test
  void failsAsPyTorchDoes() {
    try (TensorScope scope = TorchEngine.scope(Placement.cpu(2))) {
      NativeTensor input = scope.empty(NumberType.FLOAT32, 3, 400);
      NativeTensor weight = scope.empty(NumberType.FLOAT32, 1000, 401);
      assertThatThrownBy(() -> FewRowProducts.multiply(input, weight))
          .isExactlyInstanceOf(RuntimeException.class)
          .hasMessageContaining("cannot be multiplied");
    }
  }
}
