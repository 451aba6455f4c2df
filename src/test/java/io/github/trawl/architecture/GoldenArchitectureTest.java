package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares each built-in architecture with what transformers' own modules compute. */
class GoldenArchitectureTest {
  static List<String> modelTypes() {
    return BuiltInArchitectures.modelTypes();
  }

  @Test
  void everyFamilyIsBuiltIn() {
    assertThat(BuiltInArchitectures.modelTypes())
        .containsExactlyInAnyOrder(
            "bert",
            "camembert",
            "distilbert",
            "gemma",
            "gemma2",
            "gemma3_text",
            "gpt2",
            "gpt_neox",
            "gptj",
            "llama",
            "mistral",
            "opt",
            "phi",
            "phi3",
            "qwen2",
            "qwen3",
            "roberta",
            "smollm3",
            "xlm-roberta");
  }

  /** The paper's code stacks GPT-J's matrices in the order of its modules. */
  @ParameterizedTest
  @MethodSource("modelTypes")
  void attentionOrderIsThePapers(String modelType) {
    assertThat(architecture(modelType).attentionOrder().toString())
        .isEqualTo(modelType.equals("gptj") ? "[K, Q, V, O]" : "[Q, K, V, O]");
  }

  @ParameterizedTest
  @MethodSource("modelTypes")
  void slicesAreTheMatricesOfTheModules(String modelType) {
    JsonNode golden = FilledTensors.golden(modelType);
    assertSlices(golden, modelType, FilledTensors.tensors(golden), "");
  }

  // Base models without a head have neither the head nor the prefix.
  @ParameterizedTest
  @MethodSource("modelTypes")
  void slicesAreFoundWithoutTheHeadsPrefix(String modelType) {
    JsonNode golden = FilledTensors.golden(modelType);
    Architecture architecture = architecture(modelType);
    String name =
        architecture
            .slices("", golden.get("config"), FilledTensors.tensors(golden))
            .get(0)
            .tensor()
            .name();
    String dropped = name.substring(0, name.indexOf('.') + 1);
    List<TensorInfo> tensors = new ArrayList<>();
    for (TensorInfo tensor : FilledTensors.tensors(golden)) {
      if (tensor.name().startsWith(dropped)) {
        tensors.add(
            FilledTensors.tensor(
                tensor.name().substring(dropped.length()),
                tensor.dtype(),
                tensor.offset(),
                tensor.shape()));
      }
    }
    assertSlices(golden, modelType, tensors, dropped);
  }

  private static void assertSlices(
      JsonNode golden, String modelType, List<TensorInfo> tensors, String dropped) {
    List<WeightSlice> slices = architecture(modelType).slices("", golden.get("config"), tensors);
    assertThat(slices).hasSize(golden.get("matrices").size());
    Map<Integer, Map<MatrixRole, WeightSlice>> found = new HashMap<>();
    slices.forEach(
        slice ->
            found
                .computeIfAbsent(slice.layer(), layer -> new EnumMap<>(MatrixRole.class))
                .put(slice.role(), slice));
    for (JsonNode matrix : golden.get("matrices")) {
      WeightSlice slice =
          found
              .get(matrix.get("layer").intValue())
              .get(MatrixRole.valueOf(matrix.get("role").asText()));
      assertThat(slice.rows()).as(slice.label()).isEqualTo(matrix.get("rows").intValue());
      assertThat(slice.columns()).as(slice.label()).isEqualTo(matrix.get("columns").intValue());
      assertThat(checksum(slice, dropped + slice.tensor().name()))
          .as(slice.label())
          .isEqualTo(matrix.get("sha256").asText());
    }
  }

  private static Architecture architecture(String modelType) {
    return BuiltInArchitectures.forModel("", modelType, List.of());
  }

  private static String checksum(WeightSlice slice, String filledAs) {
    FloatBuffer values = FloatBuffer.allocate(slice.rows() * slice.columns());
    SliceReader.read(
        FilledTensors.source(slice.tensor(), filledAs), slice, 0, slice.rows(), values);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.capacity() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values.flip());
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
