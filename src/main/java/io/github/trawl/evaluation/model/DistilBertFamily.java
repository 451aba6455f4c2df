package io.github.trawl.evaluation.model;

import io.github.trawl.evaluation.model.EmbeddingSpec.TableSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Describes the layers and tensors of DistilBERT with its masked-language-model head. */
final class DistilBertFamily implements ModelFamily {
  private static final double EPSILON = 1e-12;

  @Override
  public Set<String> modelTypes() {
    return Set.of("distilbert");
  }

  @Override
  public boolean ignores(String tensor) {
    return tensor.endsWith("embeddings.position_ids");
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    String prefix = config.prefix("embeddings.word_embeddings.weight", "distilbert.", "");
    int hidden = config.size("dim");
    int vocabulary = config.size("vocab_size");
    int context = config.size("max_position_embeddings", 512);
    String tokens = prefix + "embeddings.word_embeddings.weight";
    EmbeddingSpec embedding =
        new EmbeddingSpec(
            new TableSpec(tokens, vocabulary, hidden),
            new TableSpec(prefix + "embeddings.position_embeddings.weight", context, hidden),
            PositionNumbering.from(0),
            null,
            1,
            norm(prefix + "embeddings.LayerNorm", hidden),
            null);
    OutputHeadSpec head =
        new OutputHeadSpec(
            null,
            LinearSpec.of("vocab_transform", hidden, hidden, true),
            config.activation("activation", "gelu"),
            norm("vocab_layer_norm", hidden),
            config.decoder("vocab_projector.weight", tokens, true),
            vocabulary,
            hidden,
            "vocab_projector.bias",
            0);
    return new TransformerSpec(
        ModelKind.MASKED,
        context,
        embedding,
        IntStream.range(0, config.size("n_layers"))
            .mapToObj(layer -> block(config, prefix + "transformer.layer." + layer + "."))
            .toList(),
        head);
  }

  private static BlockSpec block(ModelConfig config, String name) {
    int hidden = config.size("dim");
    int inner = config.size("hidden_dim", 4 * hidden);
    int heads = config.size("n_heads");
    AttentionSpec attention =
        AttentionSpec.builder(heads, heads, config.derivedHeadSize(hidden, heads))
            .input(
                List.of(
                    name + "attention.q_lin", name + "attention.k_lin", name + "attention.v_lin"),
                hidden,
                true)
            .output(name + "attention.out_lin", hidden, true)
            .build();
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            LinearSpec.of(name + "ffn.lin1", inner, hidden, true),
            false,
            config.activation("activation", "gelu"),
            LinearSpec.of(name + "ffn.lin2", hidden, inner, true));
    return new BlockSpec(
        false,
        attention,
        feedForward,
        BlockSpec.Norms.after(norm(name + "sa_layer_norm", hidden)),
        BlockSpec.Norms.after(norm(name + "output_layer_norm", hidden)));
  }

  private static NormSpec norm(String name, int hidden) {
    return new NormSpec(name, NormSpec.Kind.LAYER, hidden, EPSILON);
  }
}
