package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configs and tensors that do not fit together. */
class SliceFinderTest {
  @Test
  void unknownModelTypesSayWhatWasFoundAndWhatToDo() {
    assertThatThrownBy(
            () ->
                BuiltInArchitectures.forModel(
                    "/models/new", "newformer", List.of("emb.weight", "l.0.a.w", "l.1.a.w")))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll(
            "/models/new",
            "\"newformer\"",
            "gpt_neox",
            "l.{i}.a.w (2), emb.weight (1)",
            "--architecture FILE",
            "layer_prefixes")
        .hasMessageNotContaining("\n")
        .extracting(error -> ((TrawlException) error).category())
        .isEqualTo(ErrorCategory.BAD_INPUT);
  }

  @Test
  void exampleTensorsAreFew() {
    List<String> names = new ArrayList<>();
    for (char name = 'a'; name <= 'z'; name++) {
      names.add("x." + name);
    }
    assertThat(BuiltInArchitectures.examples(names)).endsWith("x.f (1), 20 more");
  }

  @Test
  void moreLayersInTheConfig() {
    assertRefused("llama", config("llama", "num_hidden_layers", 3), tensors("llama"))
        .hasMessageContainingAll(
            "/m", "config.json says 3 layers (num_hidden_layers)", "of 2 layers", "last of them 1");
  }

  @Test
  void fewerLayersInTheConfig() {
    assertRefused("gpt2", config("gpt2", "n_layer", 1), tensors("gpt2"))
        .hasMessageContainingAll("1 layers (n_layer or num_hidden_layers)", "of 2 layers");
  }

  /** Of a model with n_layer 3 and num_hidden_layers 1, as transformers reads it. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt2-aliases", "gptj-aliases", "distilbert-aliases"})
  void aSecondNameOfTheNumberOfLayersWins(String model) {
    Checkpoint checkpoint =
        Checkpoint.open(new Path("src/test/resources/forward/" + model), new Configuration());

    assertThat(Architecture.forModel(checkpoint).slices(checkpoint))
        .extracting(WeightSlice::layer)
        .containsOnly(0);
  }

  @Test
  void aWholeLayerIsMissing() {
    List<TensorInfo> tensors = tensors("llama");
    tensors.removeIf(tensor -> tensor.name().contains("layers.0."));
    assertRefused("llama", config("llama"), tensors).hasMessageContaining("of 1 layers");
  }

  /** The number of layers is then that of the tensors, which config.json must not be blamed for. */
  @Test
  void aWholeLayerIsMissingAndTheConfigHasNoNumber() {
    List<TensorInfo> tensors = tensors("gpt2");
    tensors.removeIf(tensor -> tensor.name().contains("h.0."));
    ObjectNode config = config("gpt2");
    config.remove(List.of("n_layer", "num_hidden_layers"));
    assertRefused("gpt2", config, tensors)
        .hasMessageContainingAll(
            "/m: there are tensors transformer.h.{i}.* of 1 layers, the last of them 1",
            "config.json has no n_layer or num_hidden_layers",
            "the checkpoint is incomplete")
        .hasMessageNotContaining("config.json says");
  }

  @Test
  void oneTensorIsMissing() {
    List<TensorInfo> tensors = tensors("llama");
    tensors.removeIf(tensor -> tensor.name().equals("model.layers.1.mlp.up_proj.weight"));
    assertRefused("llama", config("llama"), tensors)
        .hasMessageContaining("tensor model.layers.1.mlp.up_proj.weight is missing");
  }

  @Test
  void noTensorOfTheFamily() {
    assertRefused("llama", config("llama"), tensors("gpt2"))
        .hasMessageContainingAll(
            "no tensor is named like",
            "model.layers.{i}.self_attn.q_proj.weight",
            "transformer.h.{i}.attn.c_attn.weight (2)");
  }

  @Test
  void fusedTensorsOfAnotherSize() {
    assertRefused("phi3", config("phi3", "num_key_value_heads", 4), tensors("phi3"))
        .hasMessageContainingAll(
            "model.layers.0.self_attn.qkv_proj.weight", "[16, 8]", "24", "kv_heads 4, head_dim 2");
    assertRefused("phi3", config("phi3", "intermediate_size", 13), tensors("phi3"))
        .hasMessageContainingAll("mlp.gate_up_proj.weight", "26", "inner 13");
  }

  @Test
  void sizesOfFusedTensorsThatAreMissing() {
    ObjectNode config = config("gpt2");
    config.remove("n_head");
    assertRefused("gpt2", config, tensors("gpt2"))
        .hasMessageContainingAll("config.json", "n_head", "--architecture");
    assertRefused("gpt2", config("gpt2", "n_head", 3), tensors("gpt2"))
        .hasMessageContainingAll("hidden size 8 is not a multiple of the 3 attention heads");
    config.put("n_head", "four");
    assertRefused("gpt2", config, tensors("gpt2"))
        .hasMessageContaining("n_head is \"four\"; expected a positive whole number");
  }

  @Test
  void nullsInTheConfigCountAsAbsent() {
    ObjectNode config = config("llama");
    config.putNull("num_hidden_layers");
    assertThat(find("llama", config, tensors("llama"))).hasSize(14);
  }

  @Test
  void tensorsThatAreNoMatrices() {
    List<TensorInfo> tensors = tensors("llama");
    tensors.replaceAll(
        tensor ->
            tensor.name().equals("model.layers.0.mlp.up_proj.weight")
                ? FilledTensors.tensor(tensor.name(), DType.F32, 8, List.of(12L, 4L, 2L))
                : tensor);
    assertRefused("llama", config("llama"), tensors)
        .hasMessageContainingAll("model.layers.0.mlp.up_proj.weight", "[12, 4, 2]");
  }

  // Other tensors, the head among them, may be there or not.
  @Test
  void otherTensorsDoNotMatter() {
    List<TensorInfo> tensors = tensors("gpt2");
    List<WeightSlice> slices = find("gpt2", config("gpt2"), tensors);
    tensors.add(FilledTensors.tensor("lm_head.weight", DType.F32, 8, List.of(11L, 8L)));
    tensors.add(FilledTensors.tensor("transformer.h.0.attn.bias", DType.BOOL, 8, List.of(1L, 1L)));
    tensors.add(FilledTensors.tensor("transformer.h.9.other", DType.F32, 8, List.of()));
    assertThat(find("gpt2", config("gpt2"), tensors)).isEqualTo(slices);
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(
      String modelType, JsonNode config, List<TensorInfo> tensors) {
    return assertThatThrownBy(() -> find(modelType, config, tensors))
        .isInstanceOf(TrawlException.class)
        .hasMessageNotContaining("\n");
  }

  private static List<WeightSlice> find(
      String modelType, JsonNode config, List<TensorInfo> tensors) {
    return BuiltInArchitectures.forModel("/m", modelType, List.of()).slices("/m", config, tensors);
  }

  private static ObjectNode config(String modelType) {
    return (ObjectNode) FilledTensors.golden(modelType).get("config");
  }

  private static ObjectNode config(String modelType, String key, int value) {
    return config(modelType).put(key, value);
  }

  private static List<TensorInfo> tensors(String modelType) {
    return FilledTensors.tensors(FilledTensors.golden(modelType));
  }
}
