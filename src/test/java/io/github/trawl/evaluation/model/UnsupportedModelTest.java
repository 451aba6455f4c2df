package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that would be computed wrongly are refused, in one line. */
class UnsupportedModelTest {
  @TempDir private Path directory;

  @Test
  void refusesAnUnknownFamily() {
    assertRefused("llama", config -> config.put("model_type", "mamba"))
        .hasMessageContaining(
            "config.json: models of type mamba cannot be run; those of type bert,");
  }

  @Test
  void refusesSettingsThatItDoesNotKnow() {
    assertRefused("llama", config -> config.put("hidden_act", "mish"))
        .hasMessageContaining("config.json: hidden_act is mish; only gelu,");
    assertRefused("bert", config -> config.put("position_embedding_type", "relative_key"))
        .hasMessageContaining("position_embedding_type is \"relative_key\"; only absolute");
    assertRefused("bert", config -> config.put("is_decoder", true))
        .hasMessageContaining("is_decoder is true; only false");
    assertRefused("opt", config -> config.put("layer_norm_elementwise_affine", false))
        .hasMessageContaining("layer_norm_elementwise_affine is false");
    assertRefused(
            "llama", config -> config.putObject("rope_parameters").put("rope_type", "proportional"))
        .hasMessageContaining("rotary embeddings of type proportional; only default, dynamic,");
    assertRefused("llama", config -> config.putObject("rope_parameters").put("rope_type", "linear"))
        .hasMessageContaining("no positive factor");
    assertRefused("qwen2", config -> config.putArray("layer_types").add("full_attention"))
        .hasMessageContaining("1 layer_types for 2 layers");
    assertRefused(
            "qwen2",
            config -> config.putArray("layer_types").add("full_attention").add("chunked_attention"))
        .hasMessageContaining("chunked_attention");
    assertRefused(
            "phi3-longrope",
            config -> ((ObjectNode) config.get("rope_parameters")).putArray("short_factor").add(1))
        .hasMessageContaining("short_factor has 1 entries; expected 4 numbers other than 0");
  }

  @Test
  void refusesValuesOfAWrongKind() {
    assertRefused("llama", config -> config.remove("num_hidden_layers"))
        .hasMessageContaining("has no num_hidden_layers; add it");
    assertRefused("llama", config -> config.put("num_hidden_layers", 0))
        .hasMessageContaining("num_hidden_layers is 0");
    assertRefused("llama", config -> config.put("num_hidden_layers", 2.5))
        .hasMessageContaining("num_hidden_layers is 2.5; expected a whole number");
    assertRefused("llama", config -> config.put("attention_bias", "yes"))
        .hasMessageContaining("attention_bias is \"yes\"; expected true or false");
    assertRefused("llama", config -> config.put("rms_norm_eps", "small"))
        .hasMessageContaining("rms_norm_eps is \"small\"; expected a number");
    assertRefused("llama", config -> config.put("hidden_act", 1))
        .hasMessageContaining("hidden_act is 1; expected text");
    assertRefused("llama", config -> config.put("rope_parameters", 1))
        .hasMessageContaining("rope_parameters is 1; expected an object");
    assertRefused("qwen2", config -> config.put("layer_types", 1))
        .hasMessageContaining("layer_types is 1; expected a list");
    assertRefused("opt", config -> config.put("num_attention_heads", 5))
        .hasMessageContaining("hidden size 32 is not a multiple of the 5 attention heads");
    for (String family : List.of("llama", "phi", "gemma3", "qwen2", "mistral")) {
      assertRefused(family, config -> config.put("num_key_value_heads", 3))
          .hasMessageContaining(
              "4 attention heads are not a multiple of the 3 num_key_value_heads");
    }
  }

  @Test
  void refusesTensorsThatDoNotFitTheConfig() {
    assertRefused("llama", config -> config.put("num_hidden_layers", 3))
        .hasMessageContaining("model.layers.2.");
    assertRefused("llama", config -> config.put("num_hidden_layers", 1))
        .hasMessageContaining("model.layers.1.")
        .hasMessageContaining("is not one that models of type llama use");
    assertRefused("llama", config -> config.put("vocab_size", 41))
        .hasMessageContaining("tensor model.embed_tokens.weight has shape [40, 32]")
        .hasMessageContaining("config.json asks for [41, 32]");
    assertRefused("llama-tied-bias", config -> config.put("tie_word_embeddings", false))
        .hasMessageContaining("lm_head.weight");
  }

  /** Such models would otherwise run, with wrong numbers. */
  @Test
  void refusesABiasThatTheConfigDoesNotMention() {
    assertRefused("llama-tied-bias", config -> config.put("attention_bias", false))
        .hasMessageContaining("self_attn.")
        .hasMessageContaining(".bias is not one that models of type llama use");
  }

  @Test
  void refusesQuantisedWeights() throws IOException {
    copy("gpt2-without-prefix");
    Path file = directory.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    String header = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = header.indexOf("F32");
    byte[] integers = "I32".getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(integers, 0, bytes, at, integers.length);
    Files.write(file, bytes);
    assertThatThrownBy(this::open)
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("is I32; only F32, F16, BF16 and F64 models can be run");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      String golden, Consumer<ObjectNode> change) {
    try {
      copy(golden);
      ObjectMapper mapper = new ObjectMapper();
      File file = directory.resolve("config.json").toFile();
      ObjectNode config = (ObjectNode) mapper.readTree(file);
      change.accept(config);
      mapper.writeValue(file, config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            TrawlException.class,
            e ->
                org.assertj.core.api.Assertions.assertThat(e.category())
                    .isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageNotContaining("\n")
        .hasMessageContaining(directory.getFileName().toString());
  }

  private void open() {
    Configuration hadoop = new Configuration();
    LanguageModels.open(
            Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), hadoop),
            hadoop,
            Placement.cpu(1))
        .close();
  }

  private void copy(String golden) throws IOException {
    try (Stream<Path> old = Files.list(directory)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    try (Stream<Path> files = Files.list(new GoldenModel(golden).directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
  }
}
