package io.github.trawl.evaluation.model;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Describes the layers and tensors of GPT-NeoX and Pythia, where a single tensor gives for each
 * head in turn its query, key and value.
 */
final class GptNeoXFamily implements ModelFamily {
  private static final Pattern IGNORED =
      Pattern.compile(".*\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt_neox");
  }

  @Override
  public boolean ignores(String tensor) {
    return IGNORED.matcher(tensor).matches();
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    String prefix = config.prefix("embed_in.weight", "gpt_neox.", "");
    int hidden = config.size("hidden_size");
    int vocabulary = config.size("vocab_size");
    String tokens = prefix + "embed_in.weight";
    String head = config.hasTensor("lm_head.weight") ? "lm_head.weight" : "embed_out.weight";
    int headSize = config.derivedHeadSize(hidden, config.size("num_attention_heads"));
    // In transformers another head_dim would apply to the rotary embeddings alone.
    config.require("head_dim", headSize);
    int context = config.size("max_position_embeddings", 2048);
    RotarySpec rotary =
        RotaryConfig.of(config)
            .theta("rotary_emb_base", RotaryConfig.THETA)
            .fraction("rotary_pct", 0.25)
            .read(headSize, context);
    return new TransformerSpec(
        ModelKind.CAUSAL,
        context,
        EmbeddingSpec.tokens(tokens, vocabulary, hidden),
        IntStream.range(0, config.size("num_hidden_layers"))
            .mapToObj(layer -> block(config, prefix + "layers." + layer + ".", rotary))
            .toList(),
        OutputHeadSpec.plain(
            norm(config, prefix + "final_layer_norm"),
            config.decoder(head, tokens, false),
            vocabulary,
            hidden));
  }

  private static BlockSpec block(ModelConfig config, String name, RotarySpec rotary) {
    int hidden = config.size("hidden_size");
    int inner = config.size("intermediate_size");
    int heads = config.size("num_attention_heads");
    boolean bias = config.flag("attention_bias", true);
    AttentionSpec attention =
        AttentionSpec.builder(heads, heads, config.derivedHeadSize(hidden, heads))
            .fusedInput(
                LinearSpec.of(name + "attention.query_key_value", 3 * hidden, hidden, bias),
                AttentionSpec.Layout.PER_HEAD)
            .rotary(rotary)
            .output(name + "attention.dense", hidden, bias)
            .build();
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            LinearSpec.of(name + "mlp.dense_h_to_4h", inner, hidden, true),
            false,
            config.activation("hidden_act", "gelu"),
            LinearSpec.of(name + "mlp.dense_4h_to_h", hidden, inner, true));
    return new BlockSpec(
        config.flag("use_parallel_residual", true),
        attention,
        feedForward,
        BlockSpec.Norms.before(norm(config, name + "input_layernorm")),
        BlockSpec.Norms.before(norm(config, name + "post_attention_layernorm")));
  }

  private static NormSpec norm(ModelConfig config, String name) {
    return new NormSpec(
        name,
        NormSpec.Kind.LAYER,
        config.size("hidden_size"),
        config.number("layer_norm_eps", 1e-5));
  }
}
