package io.github.trawl.evaluation.model;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Describes the layers and tensors of LLaMA and of models that differ from it in details: Mistral,
 * Qwen2, Qwen3 and SmolLM3.
 */
final class LlamaFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return LlamaVariant.modelTypes();
  }

  @Override
  public boolean ignores(String tensor) {
    return tensor.endsWith(".rotary_emb.inv_freq");
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    LlamaVariant variant = LlamaVariant.of(config);
    LlamaLayers layers = variant.layers(config);
    String prefix = config.prefix("embed_tokens.weight", "model.", "");
    int vocabulary = config.size("vocab_size");
    String tokens = prefix + "embed_tokens.weight";
    int count = config.size("num_hidden_layers");
    int context = variant.context(config);
    int[] windows = variant.windows(config, count);
    boolean[] hasRotary = variant.rotaryLayers(config, count);
    RotarySpec rotary =
        RotaryConfig.of(config)
            .theta("rope_theta", variant.theta())
            .read(layers.headSize(), context);
    List<BlockSpec> blocks =
        IntStream.range(0, count)
            .mapToObj(
                layer ->
                    block(
                        config,
                        variant,
                        layers,
                        prefix + "layers." + layer + ".",
                        hasRotary[layer] ? rotary : null,
                        windows[layer]))
            .toList();
    return new TransformerSpec(
        ModelKind.CAUSAL,
        context,
        EmbeddingSpec.tokens(tokens, vocabulary, layers.hidden()),
        blocks,
        OutputHeadSpec.plain(
            layers.norm(prefix + "norm"),
            config.decoder("lm_head.weight", tokens, variant.isTied()),
            vocabulary,
            layers.hidden()));
  }

  private static BlockSpec block(
      ModelConfig config,
      LlamaVariant variant,
      LlamaLayers layers,
      String name,
      RotarySpec rotary,
      int window) {
    String attention = name + "self_attn.";
    AttentionSpec.Builder builder =
        layers
            .attention(attention, variant.inputBias(config), variant.outputBias(config))
            .rotary(rotary)
            .window(window);
    if (variant.hasHeadNorms()) {
      builder.headNorms(
          layers.headNorm(attention + "q_norm"), layers.headNorm(attention + "k_norm"));
    }
    return new BlockSpec(
        false,
        builder.build(),
        layers.feedForward(
            name + "mlp.",
            config.activation("hidden_act", "silu"),
            variant.feedForwardBias(config)),
        BlockSpec.Norms.before(layers.norm(name + "input_layernorm")),
        BlockSpec.Norms.before(layers.norm(name + "post_attention_layernorm")));
  }
}
