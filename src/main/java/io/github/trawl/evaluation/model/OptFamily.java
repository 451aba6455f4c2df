package io.github.trawl.evaluation.model;

import io.github.trawl.evaluation.model.EmbeddingSpec.TableSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Describes the layers and tensors of OPT, whose 350m model normalises after the attention and the
 * feed-forward network, not before, and embeds tokens in fewer dimensions.
 */
final class OptFamily implements ModelFamily {
  /** The number of rows at the start of the table of positions that are not used. */
  private static final int POSITION_OFFSET = 2;

  private static final double EPSILON = 1e-5;

  @Override
  public Set<String> modelTypes() {
    return Set.of("opt");
  }

  @Override
  public boolean ignores(String tensor) {
    return false;
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    config.require("layer_norm_elementwise_affine", true);
    String prefix = config.prefix("embed_tokens.weight", "model.decoder.", "decoder.", "");
    int hidden = config.size("hidden_size");
    int width = config.size("word_embed_proj_dim", hidden);
    int vocabulary = config.size("vocab_size");
    int context = config.size("max_position_embeddings", 2048);
    String tokens = prefix + "embed_tokens.weight";
    boolean projected = width != hidden;
    EmbeddingSpec embedding =
        new EmbeddingSpec(
            new TableSpec(tokens, vocabulary, width),
            new TableSpec(prefix + "embed_positions.weight", context + POSITION_OFFSET, hidden),
            PositionNumbering.from(POSITION_OFFSET),
            null,
            1,
            null,
            projected ? LinearSpec.of(prefix + "project_in", hidden, width, false) : null);
    boolean finalNorm =
        config.flag("do_layer_norm_before", true)
            && !config.flag("_remove_final_layer_norm", false);
    OutputHeadSpec head =
        new OutputHeadSpec(
            finalNorm ? norm(prefix + "final_layer_norm", hidden) : null,
            projected ? LinearSpec.of(prefix + "project_out", width, hidden, false) : null,
            null,
            null,
            config.decoder("lm_head.weight", tokens, true),
            vocabulary,
            width,
            null,
            0);
    return new TransformerSpec(
        ModelKind.CAUSAL,
        context,
        embedding,
        IntStream.range(0, config.size("num_hidden_layers"))
            .mapToObj(layer -> block(config, prefix + "layers." + layer + "."))
            .toList(),
        head);
  }

  private static BlockSpec block(ModelConfig config, String name) {
    int hidden = config.size("hidden_size");
    int inner = config.size("ffn_dim");
    int heads = config.size("num_attention_heads");
    boolean bias = config.flag("enable_bias", true);
    String attention = name + "self_attn.";
    AttentionSpec attentionSpec =
        AttentionSpec.builder(heads, heads, config.derivedHeadSize(hidden, heads))
            .input(
                List.of(attention + "q_proj", attention + "k_proj", attention + "v_proj"),
                hidden,
                bias)
            .output(attention + "out_proj", hidden, bias)
            .build();
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            LinearSpec.of(name + "fc1", inner, hidden, bias),
            false,
            config.activation("activation_function", "relu"),
            LinearSpec.of(name + "fc2", hidden, inner, bias));
    NormSpec first = norm(name + "self_attn_layer_norm", hidden);
    NormSpec second = norm(name + "final_layer_norm", hidden);
    boolean before = config.flag("do_layer_norm_before", true);
    return new BlockSpec(
        false,
        attentionSpec,
        feedForward,
        before ? BlockSpec.Norms.before(first) : BlockSpec.Norms.after(first),
        before ? BlockSpec.Norms.before(second) : BlockSpec.Norms.after(second));
  }

  private static NormSpec norm(String name, int hidden) {
    return new NormSpec(name, NormSpec.Kind.LAYER, hidden, EPSILON);
  }
}
