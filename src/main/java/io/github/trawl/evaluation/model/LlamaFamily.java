package io.github.trawl.evaluation.model;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** LLaMA and the models that differ from it in details: Mistral, Qwen2, Qwen3. */
final class LlamaFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("llama", "mistral", "qwen2", "qwen3");
  }

  @Override
  public boolean ignores(String tensor) {
    return tensor.endsWith(".rotary_emb.inv_freq");
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    String prefix = config.prefix("embed_tokens.weight", "model.", "");
    int hidden = config.size("hidden_size");
    int vocabulary = config.size("vocab_size");
    String tokens = prefix + "embed_tokens.weight";
    int layers = config.size("num_hidden_layers");
    int[] windows = windows(config, layers);
    int heads = config.size("num_attention_heads");
    int headSize = config.headSize(hidden, heads);
    RotarySpec rotary = RotaryConfig.read(config, headSize);
    List<BlockSpec> blocks =
        IntStream.range(0, layers)
            .mapToObj(
                layer ->
                    block(
                        config, prefix + "layers." + layer + ".", headSize, rotary, windows[layer]))
            .toList();
    HeadSpec head =
        new HeadSpec(
            norm(config, prefix + "norm", hidden),
            null,
            null,
            null,
            config.decoder("lm_head.weight", tokens, false),
            vocabulary,
            hidden,
            null,
            0);
    return new TransformerSpec(
        ModelKind.CAUSAL,
        config.size("max_position_embeddings", 2048),
        EmbeddingSpec.tokens(tokens, vocabulary, hidden),
        blocks,
        head);
  }

  private static BlockSpec block(
      ModelConfig config, String name, int headSize, RotarySpec rotary, int window) {
    int hidden = config.size("hidden_size");
    int inner = config.size("intermediate_size");
    int heads = config.size("num_attention_heads");
    String attention = name + "self_attn.";
    boolean qwen2 = config.type().equals("qwen2");
    boolean bias = config.flag("attention_bias", false);
    AttentionSpec.Builder builder =
        AttentionSpec.builder(heads, config.size("num_key_value_heads", heads), headSize)
            .input(
                List.of(attention + "q_proj", attention + "k_proj", attention + "v_proj"),
                hidden,
                bias || qwen2)
            .rotary(rotary)
            .window(window)
            .output(attention + "o_proj", hidden, bias && !qwen2);
    if (config.type().equals("qwen3")) {
      builder.headNorms(
          norm(config, attention + "q_norm", headSize),
          norm(config, attention + "k_norm", headSize));
    }
    boolean mlpBias = config.flag("mlp_bias", false);
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            new LinearSpec(
                List.of(name + "mlp.gate_proj", name + "mlp.up_proj"),
                List.of(inner, inner),
                hidden,
                mlpBias,
                false),
            true,
            config.activation("hidden_act", "silu"),
            LinearSpec.of(name + "mlp.down_proj", hidden, inner, mlpBias));
    return new BlockSpec(
        false,
        builder.build(),
        feedForward,
        BlockSpec.Norms.before(norm(config, name + "input_layernorm", hidden)),
        BlockSpec.Norms.before(norm(config, name + "post_attention_layernorm", hidden)));
  }

  private static int[] windows(ModelConfig config, int layers) {
    int window = config.size("sliding_window", 0);
    return switch (config.type()) {
      case "mistral" -> config.windows(layers, layer -> window);
      case "qwen2", "qwen3" -> {
        int from =
            config.flag("use_sliding_window", false)
                ? config.integer("max_window_layers", layers)
                : layers;
        yield config.windows(layers, layer -> layer >= from ? window : 0);
      }
      default -> new int[layers];
    };
  }

  private static NormSpec norm(ModelConfig config, String name, int size) {
    return new NormSpec(name, NormSpec.Kind.RMS, size, config.number("rms_norm_eps", 1e-6));
  }
}
