package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** LLaMA and the models that differ from it in details: Mistral, Qwen2, Qwen3, SmolLM3. */
final class LlamaFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("llama", "mistral", "qwen2", "qwen3", "smollm3");
  }

  @Override
  public boolean ignores(String tensor) {
    return tensor.endsWith(".rotary_emb.inv_freq");
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    GatedLayers layers = new GatedLayers(config, NormSpec.Kind.RMS);
    String prefix = config.prefix("embed_tokens.weight", "model.", "");
    int vocabulary = config.size("vocab_size");
    String tokens = prefix + "embed_tokens.weight";
    int count = config.size("num_hidden_layers");
    int[] windows = windows(config, count);
    boolean[] turned = turned(config, count);
    boolean smolLm3 = config.type().equals("smollm3");
    RotarySpec rotary =
        RotaryConfig.read(config, layers.headSize(), smolLm3 ? 2_000_000 : RotaryConfig.THETA);
    List<BlockSpec> blocks =
        IntStream.range(0, count)
            .mapToObj(
                layer ->
                    block(
                        config,
                        layers,
                        prefix + "layers." + layer + ".",
                        turned[layer] ? rotary : null,
                        windows[layer]))
            .toList();
    return new TransformerSpec(
        ModelKind.CAUSAL,
        config.size("max_position_embeddings", 2048),
        EmbeddingSpec.tokens(tokens, vocabulary, layers.hidden()),
        blocks,
        HeadSpec.plain(
            layers.norm(prefix + "norm"),
            config.decoder("lm_head.weight", tokens, smolLm3),
            vocabulary,
            layers.hidden()));
  }

  private static BlockSpec block(
      ModelConfig config, GatedLayers layers, String name, RotarySpec rotary, int window) {
    boolean qwen2 = config.type().equals("qwen2");
    boolean bias = config.flag("attention_bias", false);
    String attention = name + "self_attn.";
    AttentionSpec.Builder builder =
        layers.attention(attention, bias || qwen2, bias && !qwen2).rotary(rotary).window(window);
    if (config.type().equals("qwen3")) {
      builder.headNorms(
          layers.headNorm(attention + "q_norm"), layers.headNorm(attention + "k_norm"));
    }
    return new BlockSpec(
        false,
        builder.build(),
        layers.feedForward(
            name + "mlp.", config.activation("hidden_act", "silu"), config.flag("mlp_bias", false)),
        BlockSpec.Norms.before(layers.norm(name + "input_layernorm")),
        BlockSpec.Norms.before(layers.norm(name + "post_attention_layernorm")));
  }

  private static int[] windows(ModelConfig config, int layers) {
    int window = config.size("sliding_window", 0);
    boolean used = config.flag("use_sliding_window", false);
    return switch (config.type()) {
      case "mistral" -> config.windows(layers, layer -> window);
      case "qwen2", "qwen3" -> {
        int from = used ? config.integer("max_window_layers", layers) : layers;
        yield config.windows(layers, layer -> layer >= from ? window : 0);
      }
      case "smollm3" -> {
        boolean[] turned = turned(config, layers);
        yield config.windows(layers, layer -> used && !turned[layer] ? window : 0);
      }
      default -> new int[layers];
    };
  }

  /** Which layers have rotary embeddings: all but some of SmolLM3. */
  private static boolean[] turned(ModelConfig config, int layers) {
    boolean[] turned = new boolean[layers];
    int interval = config.type().equals("smollm3") ? config.size("no_rope_layer_interval", 4) : 0;
    List<JsonNode> stated = config.list("no_rope_layers");
    if (interval > 0 && !stated.isEmpty() && stated.size() != layers) {
      throw config.problem(
          "%d entries of no_rope_layers for %d layers".formatted(stated.size(), layers));
    }
    for (int layer = 0; layer < layers; layer++) {
      if (interval == 0) {
        turned[layer] = true;
      } else if (stated.isEmpty()) {
        turned[layer] = (layer + 1) % interval != 0;
      } else {
        turned[layer] = stated.get(layer).asInt() != 0;
      }
    }
    return turned;
  }
}
