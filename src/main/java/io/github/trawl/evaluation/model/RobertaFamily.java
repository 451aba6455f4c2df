package io.github.trawl.evaluation.model;

import io.github.trawl.evaluation.model.EmbeddingSpec.TableSpec;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Describes the layers and tensors of RoBERTa: BERT's layers, positions that start after the
 * padding token's id, and a head with two stored biases, of which only one is used.
 */
final class RobertaFamily implements ModelFamily {
  /**
   * Computed position ids, the pooler, which predicts no tokens, and the two names of the head's
   * bias (see {@link ModelConfig#decoderBias}).
   */
  private static final Pattern IGNORED =
      Pattern.compile(
          "(roberta\\.)?(embeddings\\.position_ids|pooler\\..*)|lm_head\\.(decoder\\.)?bias");

  @Override
  public Set<String> modelTypes() {
    return Set.of("roberta", "xlm-roberta", "camembert");
  }

  @Override
  public boolean ignores(String tensor) {
    return IGNORED.matcher(tensor).matches();
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    config.require("position_embedding_type", "absolute");
    config.require("is_decoder", false);
    config.require("add_cross_attention", false);
    String prefix = config.prefix("embeddings.word_embeddings.weight", "roberta.", "");
    BertLayers layers = new BertLayers(config, prefix);
    int hidden = layers.hidden();
    int vocabulary = config.size("vocab_size");
    int padding = config.integer("pad_token_id", 1);
    int positions = config.size("max_position_embeddings");
    String tokens = prefix + "embeddings.word_embeddings.weight";
    EmbeddingSpec embedding =
        new EmbeddingSpec(
            new TableSpec(tokens, vocabulary, hidden),
            new TableSpec(prefix + "embeddings.position_embeddings.weight", positions, hidden),
            PositionNumbering.afterPadding(padding),
            new TableSpec(
                prefix + "embeddings.token_type_embeddings.weight",
                config.size("type_vocab_size", 2),
                hidden),
            1,
            layers.norm(prefix + "embeddings.LayerNorm"),
            null);
    OutputHeadSpec head =
        new OutputHeadSpec(
            null,
            LinearSpec.of("lm_head.dense", hidden, hidden, true),
            Activation.GELU,
            layers.norm("lm_head.layer_norm"),
            config.decoder("lm_head.decoder.weight", tokens, true),
            vocabulary,
            hidden,
            config.decoderBias("lm_head.decoder.bias", "lm_head.bias"),
            0);
    return new TransformerSpec(
        ModelKind.MASKED,
        positions - padding - 1,
        embedding,
        IntStream.range(0, config.size("num_hidden_layers")).mapToObj(layers::block).toList(),
        head);
  }
}
