package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
