package io.github.trawl.evaluation.model;

import io.github.trawl.evaluation.model.EmbeddingSpec.TableSpec;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Describes the layers and tensors of BERT with its masked-language-model head. */
final class BertFamily implements ModelFamily {
  /**
   * Computed position ids; the pooler and the next-sentence head, which predict no tokens; and the
   * head's bias, which may be stored twice (see {@link ModelConfig#decoderBias}).
   */
  private static final Pattern IGNORED =
      Pattern.compile(
          "(bert\\.)?(embeddings\\.position_ids|pooler\\..*)|cls\\.seq_relationship\\..*|cls\\.predictions\\.(decoder\\.)?bias");

  @Override
  public Set<String> modelTypes() {
    return Set.of("bert");
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
    String prefix = config.prefix("embeddings.word_embeddings.weight", "bert.", "");
    BertLayers layers = new BertLayers(config, prefix);
    int vocabulary = config.size("vocab_size");
    int context = config.size("max_position_embeddings");
    String tokens = prefix + "embeddings.word_embeddings.weight";
    EmbeddingSpec embedding =
        new EmbeddingSpec(
            new TableSpec(tokens, vocabulary, layers.hidden()),
            new TableSpec(
                prefix + "embeddings.position_embeddings.weight", context, layers.hidden()),
            PositionNumbering.from(0),
            new TableSpec(
                prefix + "embeddings.token_type_embeddings.weight",
                config.size("type_vocab_size", 2),
                layers.hidden()),
            1,
            layers.norm(prefix + "embeddings.LayerNorm"),
            null);
    OutputHeadSpec head =
        new OutputHeadSpec(
            null,
            LinearSpec.of(
                "cls.predictions.transform.dense", layers.hidden(), layers.hidden(), true),
            config.activation("hidden_act", "gelu"),
            layers.norm("cls.predictions.transform.LayerNorm"),
            config.decoder("cls.predictions.decoder.weight", tokens, true),
            vocabulary,
            layers.hidden(),
            config.decoderBias("cls.predictions.decoder.bias", "cls.predictions.bias"),
            0);
    List<BlockSpec> blocks =
        IntStream.range(0, config.size("num_hidden_layers")).mapToObj(layers::block).toList();
    return new TransformerSpec(ModelKind.MASKED, context, embedding, blocks, head);
  }
}
