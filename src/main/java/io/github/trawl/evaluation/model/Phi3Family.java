package io.github.trawl.evaluation.model;

import java.util.Set;
import java.util.stream.IntStream;

/** Describes the layers and tensors of Phi-3 and Phi-4: LLaMA's layers with fused tensors. */
final class Phi3Family implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("phi3");
  }

  @Override
  public boolean ignores(String tensor) {
    return tensor.endsWith(".rotary_emb.inv_freq");
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    LlamaLayers layers = new LlamaLayers(config, NormSpec.Kind.RMS, 0, 0, 1e-5);
    String prefix = config.prefix("embed_tokens.weight", "model.", "");
    int vocabulary = config.size("vocab_size");
    String tokens = prefix + "embed_tokens.weight";
    int context = config.size("max_position_embeddings", 4096);
    RotarySpec rotary =
        RotaryConfig.of(config)
            .fraction("partial_rotary_factor", 1)
            .phi3()
            .read(layers.headSize(), context);
    int window = config.optionalSize("sliding_window", 0);
    return new TransformerSpec(
        ModelKind.CAUSAL,
        context,
        EmbeddingSpec.tokens(tokens, vocabulary, layers.hidden()),
        IntStream.range(0, config.size("num_hidden_layers"))
            .mapToObj(
                layer -> block(config, layers, prefix + "layers." + layer + ".", rotary, window))
            .toList(),
        OutputHeadSpec.plain(
            layers.norm(prefix + "norm"),
            config.decoder("lm_head.weight", tokens, false),
            vocabulary,
            layers.hidden()),
        // When a generation grows to where the frequencies change, transformers drops its keys.
        rotary.originalContext());
  }

  private static BlockSpec block(
      ModelConfig config, LlamaLayers layers, String name, RotarySpec rotary, int window) {
    AttentionSpec attention =
        layers
            .attention()
            .fusedInput(
                LinearSpec.of(
                    name + "self_attn.qkv_proj", layers.fusedOutputs(), layers.hidden(), false),
                AttentionSpec.Layout.BLOCKS)
            .rotary(rotary)
            .window(window)
            .output(name + "self_attn.o_proj", layers.hidden(), false)
            .build();
    return new BlockSpec(
        false,
        attention,
        layers.fusedFeedForward(name + "mlp.", config.activation("hidden_act", "silu")),
        BlockSpec.Norms.before(layers.norm(name + "input_layernorm")),
        BlockSpec.Norms.before(layers.norm(name + "post_attention_layernorm")));
  }
}
