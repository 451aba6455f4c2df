package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of few rows are computed by another library than those of many. */
class LinearTest {
  private static final int INPUTS = 7;
  private static final int OUTPUTS = 5;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 127, 128, 129, 511, 512})
  void addsTheBiasToTheSumsOfProducts(int rows) {
    float[] input = values(rows * INPUTS, 1);
    float[] weight = values(OUTPUTS * INPUTS, 2);
    float[] bias = values(OUTPUTS, 3);
    try (TensorScope manager = TorchEngine.scope(Placement.cpu(1))) {
      NativeTensor stored = manager.create(weight, OUTPUTS, INPUTS);
      NativeTensor turned = stored.transpose().contiguous().transpose();
      List<Linear> maps =
          List.of(
              new Linear(stored, false, manager.create(bias, OUTPUTS)),
              new Linear(turned, true, manager.create(bias, OUTPUTS)),
              new Linear(stored, false, null));
      int before = manager.tensorCount();
      for (long[] rest : List.of(new long[] {rows}, new long[] {1, rows}, new long[] {rows, 1})) {
        for (Linear map : maps) {
          try (TensorScope run = manager.newScope()) {
            NativeTensor output = map.apply(run.create(input, with(rest, INPUTS)));
            assertThat(output.shape()).isEqualTo(with(rest, OUTPUTS));
            float[] added = map.bias() == null ? new float[OUTPUTS] : bias;
            assertThat(output.toFloatArray())
                .containsExactly(expected(input, weight, added), within(1e-5f));
          }
        }
      }
      assertThat(manager.tensorCount()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40, 130, 600})
  void givesTheSameBitsWithAnyNumberOfThreads(int rows) {
    float[] input = values(rows * 300, 1);
    float[] weight = values(200 * 300, 2);
    List<float[]> outputs = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      try (TensorScope manager = TorchEngine.scope(Placement.cpu(threads))) {
        NativeTensor stored = manager.create(weight, 200, 300);
        NativeTensor turned = stored.transpose().contiguous().transpose();
        NativeTensor rounded = stored.as(torch.ScalarType.BFloat16);
        NativeTensor states = manager.create(input, rows, 300);
        outputs.add(new Linear(stored, false, null).apply(states).toFloatArray());
        outputs.add(new Linear(turned, true, null).apply(states).toFloatArray());
        outputs.add(
            new Linear(rounded, false, null)
                .apply(states.as(torch.ScalarType.BFloat16))
                .toFloatArray());
      }
    }
    for (int i = 3; i < outputs.size(); i++) {
      assertThat(outputs.get(i)).isEqualTo(outputs.get(i % 3));
    }
  }

  private static long[] with(long[] first, long last) {
    long[] all = Arrays.copyOf(first, first.length + 1);
    all[first.length] = last;
    return all;
  }

  private static float[] expected(float[] input, float[] weight, float[] bias) {
    float[] output = new float[input.length / INPUTS * OUTPUTS];
    for (int i = 0; i < output.length; i++) {
      double sum = bias[i % OUTPUTS];
      for (int k = 0; k < INPUTS; k++) {
        sum += (double) input[i / OUTPUTS * INPUTS + k] * weight[i % OUTPUTS * INPUTS + k];
      }
      output[i] = (float) sum;
    }
    return output;
  }

  private static float[] values(int count, int seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(seed * 10 + i);
    }
    return values;
  }
}
