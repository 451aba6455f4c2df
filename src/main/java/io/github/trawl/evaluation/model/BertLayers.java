package io.github.trawl.evaluation.model;

import java.util.List;

/** Describes the encoder layers that BERT and RoBERTa share. */
final class BertLayers {
  private final ModelConfig config;
  private final String prefix;
  private final int hidden;

  /**
   * @param prefix the prefix of the tensors' names, ending in a dot or empty
   */
  BertLayers(ModelConfig config, String prefix) {
    this.config = config;
    this.prefix = prefix;
    this.hidden = config.size("hidden_size");
  }

  int hidden() {
    return hidden;
  }

  /**
   * Returns a layer norm, whose tensors old checkpoints call {@code gamma} and {@code beta} instead
   * of {@code weight} and {@code bias}.
   */
  NormSpec norm(String name) {
    NormSpec.Kind kind =
        config.hasTensor(name + ".gamma") ? NormSpec.Kind.LAYER_GAMMA_BETA : NormSpec.Kind.LAYER;
    return new NormSpec(name, kind, hidden, config.number("layer_norm_eps", 1e-12));
  }

  BlockSpec block(int layer) {
    String name = prefix + "encoder.layer." + layer + ".";
    int heads = config.size("num_attention_heads");
    int inner = config.size("intermediate_size");
    AttentionSpec attention =
        AttentionSpec.builder(heads, heads, config.derivedHeadSize(hidden, heads))
            .input(
                List.of(
                    name + "attention.self.query",
                    name + "attention.self.key",
                    name + "attention.self.value"),
                hidden,
                true)
            .output(name + "attention.output.dense", hidden, true)
            .build();
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            LinearSpec.of(name + "intermediate.dense", inner, hidden, true),
            false,
            config.activation("hidden_act", "gelu"),
            LinearSpec.of(name + "output.dense", hidden, inner, true));
    return new BlockSpec(
        false,
        attention,
        feedForward,
        BlockSpec.Norms.after(norm(name + "attention.output.LayerNorm")),
        BlockSpec.Norms.after(norm(name + "output.LayerNorm")));
  }
}
