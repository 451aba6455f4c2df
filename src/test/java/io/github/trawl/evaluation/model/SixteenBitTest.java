package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import java.io.File;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that compute in bfloat16 and float16. */
class SixteenBitTest {
  private static final String TENSOR = "model.layers.1.mlp.down_proj.weight";

  static Stream<String> models() {
    return GoldenModel.names().stream();
  }

  /**
   * The logits are as near to those of float32 as those that transformers computes in bfloat16 (see
   * make_bfloat16_golden.py), and not much nearer, as they would be if parts were float32.
   */
  @ParameterizedTest
  @MethodSource("models")
  void roundsAsTransformersDoes(String name) throws IOException {
    JsonNode theirs =
        new ObjectMapper().readTree(new File("src/test/resources/bfloat16-errors.json")).get(name);
    assertThat(error(name, NumberType.BFLOAT16))
        .isBetween(
            0.5 * theirs.get("error").doubleValue(), 1.5 * theirs.get("error").doubleValue());
  }

  /** Three more bits of precision than bfloat16: an eighth of its error. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2", "llama", "gemma2", "gpt_neox", "phi"})
  void roundsLessInFloat16(String name) throws IOException {
    double bfloat16 = error(name, NumberType.BFLOAT16);
    assertThat(error(name, NumberType.FLOAT16)).isBetween(bfloat16 / 20, bfloat16 / 4);
  }

  /** The root of the mean square of the differences from the golden logits. */
  private static double error(String name, NumberType type) {
    GoldenModel golden = new GoldenModel(name);
    double squares = 0;
    long count = 0;
    try (TransformerModel model = open(golden, type)) {
      for (GoldenModel.Batch batch : golden.batches()) {
        List<float[][]> logits = model.logits(batch.tokens());
        for (int i = 0; i < logits.size(); i++) {
          for (int row = 0; row < logits.get(i).length; row++) {
            for (int j = 0; j < logits.get(i)[row].length; j++) {
              double difference = logits.get(i)[row][j] - batch.logits().get(i)[row][j];
              squares += difference * difference;
              count++;
            }
          }
        }
      }
    }
    return Math.sqrt(squares / count);
  }

  @ParameterizedTest
  @EnumSource(NumberType.class)
  void takesTheBytesOfItsNumbers(NumberType type) {
    GoldenModel golden = new GoldenModel("llama");
    WeightBytes planned = LanguageModels.weightBytes(golden.checkpoint(), type);
    try (TransformerModel model = open(golden, type)) {
      long values =
          golden.checkpoint().tensors().stream()
              .mapToLong(tensor -> tensor.length() * Byte.SIZE / tensor.dtype().bits())
              .sum();
      assertThat(model.bytes()).isEqualTo(type.bytes() * values).isEqualTo(planned.all());
      BatchState start = model.startScoring(requests());
      assertThat(start.bytes(Stop.before(1))).isEqualTo(type.bytes() * 2L * 4 * 32);
      start.close();
    }
  }

  /** Whatever the type, a streamed model and one in memory are the same computation. */
  @ParameterizedTest
  @MethodSource("models")
  void isTheSameWhereverTheWeightsAre(String name) {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = golden.batches().get(0).tokens();
    try (TransformerModel model = open(golden, NumberType.BFLOAT16);
        TransformerModel streamed =
            (TransformerModel)
                LanguageModels.stream(
                    golden.checkpoint(),
                    new Configuration(),
                    Placement.cpu(1),
                    NumberType.BFLOAT16)) {
      List<float[][]> expected = model.logits(tokens);
      List<float[][]> actual = streamed.logits(tokens);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).isDeepEqualTo(expected.get(i));
      }
      if (model.kind() == ModelKind.CAUSAL) {
        List<int[]> added = model.generate(tokens, 3, Set.of());
        List<int[]> again = streamed.generate(tokens, 3, Set.of());
        for (int i = 0; i < added.size(); i++) {
          assertThat(again.get(i)).isEqualTo(added.get(i));
        }
      }
    }
  }

  /** A patched weight is rounded as the one of a checkpoint is. */
  @Test
  void roundsPatchesAndPutsThemBack() {
    GoldenModel golden = new GoldenModel("llama");
    try (TransformerModel model = open(golden, NumberType.BFLOAT16)) {
      List<int[]> tokens = golden.batches().get(0).tokens();
      List<float[][]> before = model.logits(tokens);
      float[] exact = new float[32 * 48];
      for (int i = 0; i < exact.length; i++) {
        exact[i] = (float) Math.sin(i) / 3;
      }
      model.patch(TENSOR, FloatBuffer.wrap(exact));
      List<float[][]> patched = model.logits(tokens);
      assertThat(patched.get(0)).isNotEqualTo(before.get(0));
      float[] rounded = new float[exact.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = nearest(exact[i]);
      }
      model.patch(TENSOR, FloatBuffer.wrap(rounded));
      assertThat(model.logits(tokens).get(0)).isDeepEqualTo(patched.get(0));
      model.restore();
      assertThat(model.logits(tokens).get(0)).isDeepEqualTo(before.get(0));
    }
  }

  /** The nearest bfloat16, to even if two are as near. */
  private static float nearest(float value) {
    int bits = Float.floatToRawIntBits(value);
    int upper = bits >>> 16;
    int lower = bits & 0xffff;
    boolean up = lower > 0x8000 || (lower == 0x8000 && (upper & 1) == 1);
    return Float.intBitsToFloat((up ? upper + 1 : upper) << 16);
  }

  @Test
  void takesTheTypeOfTheCheckpointWhereTheDeviceIsFasterWithIt() {
    assertThat(NumberChoice.automatic(DType.BF16, false, true)).isEqualTo(NumberType.BFLOAT16);
    assertThat(NumberChoice.automatic(DType.BF16, false, false)).isEqualTo(NumberType.FLOAT32);
    assertThat(NumberChoice.automatic(DType.BF16, true, false)).isEqualTo(NumberType.BFLOAT16);
    assertThat(NumberChoice.automatic(DType.F16, false, true)).isEqualTo(NumberType.FLOAT32);
    assertThat(NumberChoice.automatic(DType.F16, true, true)).isEqualTo(NumberType.FLOAT16);
    assertThat(NumberChoice.automatic(DType.F32, true, true)).isEqualTo(NumberType.FLOAT32);
    assertThat(NumberChoice.automatic(DType.F64, true, true)).isEqualTo(NumberType.FLOAT32);
    Checkpoint float32 = new GoldenModel("bert").checkpoint();
    Checkpoint bfloat16 = new GoldenModel("llama").checkpoint();
    assertThat(NumberChoice.AUTO.resolve(bfloat16, DeviceChoice.GPU))
        .isEqualTo(NumberType.BFLOAT16);
    assertThat(NumberChoice.AUTO.resolve(float32, DeviceChoice.GPU)).isEqualTo(NumberType.FLOAT32);
    assertThat(NumberChoice.FLOAT16.resolve(float32, DeviceChoice.CPU))
        .isEqualTo(NumberType.FLOAT16);
  }

  private static List<ScoreRequest> requests() {
    int[] tokens = {5, 6, 7, 8};
    return List.of(
        new ScoreRequest(tokens, new int[] {2}, new int[] {8}),
        new ScoreRequest(tokens, new int[] {1}, new int[] {7}));
  }

  private static TransformerModel open(GoldenModel golden, NumberType type) {
    return (TransformerModel)
        LanguageModels.open(golden.checkpoint(), new Configuration(), Placement.cpu(1), type);
  }
}
