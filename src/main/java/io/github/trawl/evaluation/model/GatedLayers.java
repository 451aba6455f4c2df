package io.github.trawl.evaluation.model;

import java.util.List;

/** The parts that LLaMA and its descendants have in common. */
final class GatedLayers {
  private final ModelConfig config;
  private final NormSpec.Kind normKind;
  private final int hidden;
  private final int inner;
  private final int heads;
  private final int headSize;

  GatedLayers(ModelConfig config, NormSpec.Kind normKind) {
    this.config = config;
    this.normKind = normKind;
    hidden = config.size("hidden_size");
    inner = config.size("intermediate_size");
    heads = config.size("num_attention_heads");
    headSize = config.headSize(hidden, heads);
  }

  int hidden() {
    return hidden;
  }

  int headSize() {
    return headSize;
  }

  /** The outputs of {@code heads} query heads and all key and value heads. */
  int fusedOutputs() {
    return (heads + 2 * keyValueHeads()) * headSize;
  }

  NormSpec norm(String name) {
    return norm(name, hidden);
  }

  /** A norm over each head. */
  NormSpec headNorm(String name) {
    return norm(name, headSize);
  }

  /** Attention without an input. */
  AttentionSpec.Builder attention() {
    return AttentionSpec.builder(heads, keyValueHeads(), headSize);
  }

  /** Attention whose tensors are {@code q_proj}, {@code k_proj}, {@code v_proj}, {@code o_proj}. */
  AttentionSpec.Builder attention(String name, boolean inputBias, boolean outputBias) {
    return attention()
        .input(List.of(name + "q_proj", name + "k_proj", name + "v_proj"), hidden, inputBias)
        .output(name + "o_proj", hidden, outputBias);
  }

  /** A network whose tensors are {@code gate_proj}, {@code up_proj} and {@code down_proj}. */
  FeedForwardSpec feedForward(String name, Activation activation, boolean bias) {
    return new FeedForwardSpec(
        new LinearSpec(
            List.of(name + "gate_proj", name + "up_proj"),
            List.of(inner, inner),
            hidden,
            bias,
            false),
        true,
        activation,
        LinearSpec.of(name + "down_proj", hidden, inner, bias));
  }

  /** A network whose gate is stored in one tensor with the other half. */
  FeedForwardSpec fusedFeedForward(String name, Activation activation) {
    return new FeedForwardSpec(
        LinearSpec.of(name + "gate_up_proj", 2 * inner, hidden, false),
        true,
        activation,
        LinearSpec.of(name + "down_proj", hidden, inner, false));
  }

  private int keyValueHeads() {
    return config.size("num_key_value_heads", heads);
  }

  private NormSpec norm(String name, int size) {
    return new NormSpec(
        name,
        normKind,
        size,
        config.number("rms_norm_eps", config.type().equals("phi3") ? 1e-5 : 1e-6));
  }
}
