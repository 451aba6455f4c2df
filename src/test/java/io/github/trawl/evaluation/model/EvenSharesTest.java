package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EvenSharesTest {
  /** Expected by hand: shares are count / threads, and each is to have 32,768 elements. */
  @ParameterizedTest
  @CsvSource({
    "196608, 1536, 2, 2", // Shares of 1,536 vectors of 64.
    "196608, 1536, 6, 6",
    "196608, 1536, 5, 4", // 196,608 is no multiple of 5.
    "196608, 1536, 16, 6", // Sixteen shares would be too small.
    "131200, 64, 4, 2", // Four shares would have 512.5 vectors, three 683.33, and two have 1,025.
    "200000, 100, 2, 1", // A row ends within a vector.
    "64000, 64, 2, 1"
  })
  void takesTheMostThreadsWithWholeVectors(long count, long row, int available, int expected) {
    assertThat(EvenShares.threads(count, row, available)).isEqualTo(expected);
  }

  /** Rows of whole vectors and others, as halves of a gated network's rows and as whole ones. */
  @ParameterizedTest
  @EnumSource(Activation.class)
  void noActivationDependsOnTheThreads(Activation activation) {
    for (int width : new int[] {1536, 1504, 1000, 77}) {
      for (NumberType type : NumberType.values()) {
        float[] expected = apply(activation, type, width, 1);
        for (int threads = 2; threads <= 5; threads++) {
          assertThat(Arrays.mismatch(apply(activation, type, width, threads), expected))
              .as("%s in %s, %d wide, in %d threads", activation, type, width, threads)
              .isEqualTo(-1);
        }
      }
    }
  }

  private static float[] apply(Activation activation, NumberType type, int width, int threads) {
    int rows = 131;
    Random random = new Random(7);
    float[] values = new float[rows * 2 * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 3;
    }
    try (TensorScope scope = TorchEngine.scope(Placement.cpu(threads))) {
      NativeTensor whole = scope.empty(type, rows, 2L * width);
      whole.copyFrom(scope.create(values, rows, 2L * width));
      NativeTensor half = activation.apply(whole.slice(1, 0, width));
      NativeTensor all = activation.apply(whole);
      float[] results = new float[rows * 3 * width];
      System.arraycopy(half.toFloatArray(), 0, results, 0, rows * width);
      System.arraycopy(all.toFloatArray(), 0, results, rows * width, rows * 2 * width);
      return results;
    }
  }
}
