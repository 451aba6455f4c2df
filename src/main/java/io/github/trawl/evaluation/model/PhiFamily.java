package io.github.trawl.evaluation.model;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Describes the layers and tensors of Phi-1, Phi-1.5 and Phi-2, where attention and feed-forward
 * network are parallel and share a norm, and all maps have biases.
 */
final class PhiFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("phi");
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
    int headSize = config.headSize(hidden, config.size("num_attention_heads"), 0);
    int context = config.size("max_position_embeddings", 2048);
    RotarySpec rotary =
        RotaryConfig.of(config).fraction("partial_rotary_factor", 0.5).read(headSize, context);
    return new TransformerSpec(
        ModelKind.CAUSAL,
        context,
        EmbeddingSpec.tokens(tokens, vocabulary, hidden),
        IntStream.range(0, config.size("num_hidden_layers"))
            .mapToObj(layer -> block(config, prefix + "layers." + layer + ".", headSize, rotary))
            .toList(),
        OutputHeadSpec.plain(
                norm(config, prefix + "final_layernorm", hidden),
                config.decoder("lm_head.weight", tokens, false),
                vocabulary,
                hidden)
            .withBias("lm_head.bias"));
  }

  private static BlockSpec block(ModelConfig config, String name, int headSize, RotarySpec rotary) {
    int hidden = config.size("hidden_size");
    int inner = config.size("intermediate_size", 8192);
    int heads = config.size("num_attention_heads");
    String attention = name + "self_attn.";
    AttentionSpec.Builder builder =
        AttentionSpec.builder(heads, config.keyValueHeads(heads, 0), headSize)
            .input(
                List.of(attention + "q_proj", attention + "k_proj", attention + "v_proj"),
                hidden,
                true)
            .rotary(rotary)
            .output(attention + "dense", hidden, true);
    if (config.flag("qk_layernorm", false)) {
      builder.headNorms(
          norm(config, attention + "q_layernorm", headSize),
          norm(config, attention + "k_layernorm", headSize));
    }
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            LinearSpec.of(name + "mlp.fc1", inner, hidden, true),
            false,
            config.activation("hidden_act", "gelu_new"),
            LinearSpec.of(name + "mlp.fc2", hidden, inner, true));
    return new BlockSpec(
        true,
        builder.build(),
        feedForward,
        BlockSpec.Norms.before(norm(config, name + "input_layernorm", hidden)),
        BlockSpec.Norms.none());
  }

  private static NormSpec norm(ModelConfig config, String name, int size) {
    return new NormSpec(name, NormSpec.Kind.LAYER, size, config.number("layer_norm_eps", 1e-5));
  }
}
