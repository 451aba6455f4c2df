package io.github.trawl.evaluation.model;

import java.util.List;

/** Describes the parts of a layer that LLaMA and its descendants have in common. */
final class LlamaLayers {
  private final NormSpec.Kind normKind;
  private final int hidden;
  private final int inner;
  private final int heads;
  private final int keyValueHeads;
  private final int headSize;
  private final double epsilon;

  /**
   * Reads the sizes from a config; the numeric parameters are the defaults.
   *
   * @param keyValueHeads number of key heads; 0 for as many as there are query heads
   * @param headSize features of a head; 0 for hidden / heads
   * @param epsilon the epsilon of the norms
   */
  LlamaLayers(
      ModelConfig config, NormSpec.Kind normKind, int keyValueHeads, int headSize, double epsilon) {
    this.normKind = normKind;
    hidden = config.size("hidden_size");
    inner = config.size("intermediate_size");
    heads = config.size("num_attention_heads");
    this.keyValueHeads = config.keyValueHeads(heads, keyValueHeads);
    this.headSize = config.headSize(hidden, heads, headSize);
    this.epsilon = config.number("rms_norm_eps", epsilon);
  }

  int hidden() {
    return hidden;
  }

  int headSize() {
    return headSize;
  }

  /** Returns the number of outputs of a map that gives queries, keys and values of all heads. */
  int fusedOutputs() {
    return (heads + 2 * keyValueHeads) * headSize;
  }

  NormSpec norm(String name) {
    return norm(name, hidden);
  }

  /** Returns a norm over the features of each head. */
  NormSpec headNorm(String name) {
    return norm(name, headSize);
  }

  /** Returns attention whose input and output maps are still to be set. */
  AttentionSpec.Builder attention() {
    return AttentionSpec.builder(heads, keyValueHeads, headSize);
  }

  /**
   * Returns attention whose tensors are {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code
   * o_proj}.
   *
   * @param name the prefix of the tensors' names, ending in a dot
   */
  AttentionSpec.Builder attention(String name, boolean inputBias, boolean outputBias) {
    return attention()
        .input(List.of(name + "q_proj", name + "k_proj", name + "v_proj"), hidden, inputBias)
        .output(name + "o_proj", hidden, outputBias);
  }

  /**
   * Returns a gated network whose tensors are {@code gate_proj}, {@code up_proj} and {@code
   * down_proj}.
   */
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

  /** Returns a gated network whose tensors are {@code gate_up_proj} and {@code down_proj}. */
  FeedForwardSpec fusedFeedForward(String name, Activation activation) {
    return new FeedForwardSpec(
        LinearSpec.of(name + "gate_up_proj", 2 * inner, hidden, false),
        true,
        activation,
        LinearSpec.of(name + "down_proj", hidden, inner, false));
  }

  private NormSpec norm(String name, int size) {
    return new NormSpec(name, normKind, size, epsilon);
  }
}
