package io.github.trawl.evaluation.model;

import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Describes the layers and tensors of Gemma, whose norms multiply by one plus the weight and whose
 * embeddings are scaled; of Gemma 2, which adds soft caps and norms on the outputs of attention and
 * feed-forward network; and of Gemma 3's text model, which has norms over the heads and a second
 * rotary base.
 */
final class GemmaFamily implements ModelFamily {
  private static final String GEMMA = "gemma";
  private static final String GEMMA3 = "gemma3_text";

  @Override
  public Set<String> modelTypes() {
    return Set.of(GEMMA, "gemma2", GEMMA3);
  }

  @Override
  public boolean ignores(String tensor) {
    return tensor.endsWith(".rotary_emb.inv_freq");
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    config.require("use_bidirectional_attention", false);
    LlamaLayers layers =
        new LlamaLayers(
            config, NormSpec.Kind.RMS_PLUS_ONE, config.type().equals(GEMMA) ? 16 : 4, 256, 1e-6);
    String prefix = config.prefix("embed_tokens.weight", "model.", "");
    int hidden = layers.hidden();
    int vocabulary = config.size("vocab_size");
    String tokens = prefix + "embed_tokens.weight";
    int count = config.size("num_hidden_layers");
    int[] windows = config.type().equals(GEMMA) ? new int[count] : windows(config, count);
    int context =
        config.size("max_position_embeddings", config.type().equals(GEMMA3) ? 131_072 : 8192);
    RotarySpec globalRotary = rotary(config, "full_attention").read(layers.headSize(), context);
    RotarySpec localRotary = rotary(config, "sliding_attention").read(layers.headSize(), context);
    OutputHeadSpec head =
        OutputHeadSpec.plain(
            layers.norm(prefix + "norm"),
            config.decoder("lm_head.weight", tokens, true),
            vocabulary,
            hidden);
    return new TransformerSpec(
        ModelKind.CAUSAL,
        context,
        EmbeddingSpec.tokens(tokens, vocabulary, hidden, Math.sqrt(hidden)),
        IntStream.range(0, count)
            .mapToObj(
                layer ->
                    block(
                        config,
                        layers,
                        prefix + "layers." + layer + ".",
                        windows[layer] > 0 ? localRotary : globalRotary,
                        windows[layer]))
            .toList(),
        config.type().equals(GEMMA) ? head : head.withSoftCap(cap(config, "final", 30)));
  }

  private static BlockSpec block(
      ModelConfig config, LlamaLayers layers, String name, RotarySpec rotary, int window) {
    boolean bias = config.flag("attention_bias", false);
    String attention = name + "self_attn.";
    AttentionSpec.Builder builder =
        layers.attention(attention, bias, bias).rotary(rotary).window(window);
    NormSpec input = layers.norm(name + "input_layernorm");
    NormSpec afterAttention = layers.norm(name + "post_attention_layernorm");
    if (config.type().equals(GEMMA)) {
      Activation activation = activation(config, "hidden_act");
      return new BlockSpec(
          false,
          builder.build(),
          layers.feedForward(name + "mlp.", activation, false),
          BlockSpec.Norms.before(input),
          BlockSpec.Norms.before(afterAttention));
    }
    builder
        .scale(1 / Math.sqrt(config.size("query_pre_attn_scalar", 256)))
        .softCap(cap(config, "attn", 50));
    if (config.type().equals(GEMMA3)) {
      builder.headNorms(
          layers.headNorm(attention + "q_norm"), layers.headNorm(attention + "k_norm"));
    }
    return new BlockSpec(
        false,
        builder.build(),
        layers.feedForward(name + "mlp.", activation(config, "hidden_activation"), false),
        new BlockSpec.Norms(input, afterAttention, null),
        new BlockSpec.Norms(
            layers.norm(name + "pre_feedforward_layernorm"),
            layers.norm(name + "post_feedforward_layernorm"),
            null));
  }

  /**
   * Returns the attention window of each layer, 0 for none. Without {@code layer_types}, every
   * second layer of Gemma 2 has none, and every nth of Gemma 3, where n is its {@code
   * sliding_window_pattern}, by default 6.
   */
  private static int[] windows(ModelConfig config, int layers) {
    int pattern = config.type().equals(GEMMA3) ? config.size("sliding_window_pattern", 6) : 2;
    IntUnaryOperator defaultValue =
        layer -> (layer + 1) % pattern == 0 ? 0 : config.size("sliding_window", 4096);
    return config.windows(layers, defaultValue);
  }

  private static RotaryConfig rotary(ModelConfig config, String layerType) {
    if (!config.type().equals(GEMMA3)) {
      return RotaryConfig.of(config);
    }
    ModelConfig section = config.section("rope_parameters").section(layerType);
    return layerType.equals("full_attention")
        ? RotaryConfig.of(config, section.overriddenBy(config.section("rope_scaling")))
            .theta("rope_theta", 1_000_000)
        : RotaryConfig.of(config, section).theta("rope_local_base_freq", RotaryConfig.THETA);
  }

  /** Early configs of the first Gemma say "gelu" but mean its approximation by tanh. */
  private static Activation activation(ModelConfig config, String key) {
    Activation stated = config.activation(key, "gelu_pytorch_tanh");
    return config.type().equals(GEMMA) && config.text(key, "").equals("gelu")
        ? Activation.GELU_TANH
        : stated;
  }

  /**
   * Returns a soft cap of Gemma 2 or 3, 0 for none. Null in the config means none, and so does an
   * absent key for Gemma 3.
   *
   * @param which {@code attn} for the attention scores, {@code final} for the logits
   */
  private static double cap(ModelConfig config, String which, double defaultValue) {
    String key = which + "_logit_softcapping";
    boolean none = config.isNull(key) || config.type().equals(GEMMA3);
    return config.number(key, none ? 0 : defaultValue);
  }
}
