package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of few rows are computed in another order than those of many. */
class LinearTest {
  private static final int INPUTS = 7;
  private static final int OUTPUTS = 5;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void addsTheBiasToTheSumsOfProducts(int rows) {
    float[] input = values(rows * INPUTS, 1);
    float[] weight = values(OUTPUTS * INPUTS, 2);
    float[] bias = values(OUTPUTS, 3);
    try (NDManager manager = TorchEngine.manager(Placement.cpu(1))) {
      NDArray stored = manager.create(weight, new Shape(OUTPUTS, INPUTS));
      NDArray turned = stored.transpose().reshape(-1).reshape(INPUTS, OUTPUTS).transpose();
      List<Linear> maps =
          List.of(
              new Linear(stored, false, manager.create(bias)),
              new Linear(turned, true, manager.create(bias)),
              new Linear(stored, false, null));
      int before = manager.getManagedArrays().size();
      for (Shape rest : List.of(new Shape(rows), new Shape(1, rows), new Shape(rows, 1))) {
        for (Linear map : maps) {
          try (NDManager run = manager.newSubManager()) {
            NDArray output = map.apply(run.create(input, rest.add(INPUTS)));
            assertThat(output.getShape()).isEqualTo(rest.add(OUTPUTS));
            float[] added = map.bias() == null ? new float[OUTPUTS] : bias;
            assertThat(output.toFloatArray())
                .containsExactly(expected(input, weight, added), within(1e-5f));
          }
        }
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
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
