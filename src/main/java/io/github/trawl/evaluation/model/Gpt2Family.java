package io.github.trawl.evaluation.model;

import io.github.trawl.evaluation.model.EmbeddingSpec.TableSpec;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Describes the layers and tensors of GPT-2, whose linear maps are stored [inputs, outputs]. */
final class Gpt2Family implements ModelFamily {
  private static final Pattern IGNORED = Pattern.compile(".*\\.attn\\.(bias|masked_bias)");

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt2");
  }

  @Override
  public boolean ignores(String tensor) {
    return IGNORED.matcher(tensor).matches();
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    config.require("add_cross_attention", false);
    String prefix = config.prefix("wte.weight", "transformer.", "");
    int hidden = config.size("n_embd");
    int vocabulary = config.size("vocab_size");
    int context = config.size("n_positions", 1024);
    String tokens = prefix + "wte.weight";
    EmbeddingSpec embedding =
        new EmbeddingSpec(
            new TableSpec(tokens, vocabulary, hidden),
            new TableSpec(prefix + "wpe.weight", context, hidden),
            PositionNumbering.from(0),
            null,
            1,
            null,
            null);
    return new TransformerSpec(
        ModelKind.CAUSAL,
        context,
        embedding,
        IntStream.range(0, config.size("n_layer"))
            .mapToObj(layer -> block(config, prefix + "h." + layer + ".", layer))
            .toList(),
        OutputHeadSpec.plain(
            norm(config, prefix + "ln_f"),
            config.decoder("lm_head.weight", tokens, true),
            vocabulary,
            hidden));
  }

  private static BlockSpec block(ModelConfig config, String name, int layer) {
    int hidden = config.size("n_embd");
    int inner = config.size("n_inner", 4 * hidden);
    int heads = config.size("n_head");
    int headSize = config.derivedHeadSize(hidden, heads);
    double scale = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt(headSize) : 1;
    if (config.flag("scale_attn_by_inverse_layer_idx", false)) {
      scale /= layer + 1;
    }
    AttentionSpec attention =
        AttentionSpec.builder(heads, heads, headSize)
            .fusedInput(
                LinearSpec.inputMajor(name + "attn.c_attn", 3 * hidden, hidden),
                AttentionSpec.Layout.BLOCKS)
            .scale(scale)
            .output(LinearSpec.inputMajor(name + "attn.c_proj", hidden, hidden))
            .build();
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            LinearSpec.inputMajor(name + "mlp.c_fc", inner, hidden),
            false,
            config.activation("activation_function", "gelu_new"),
            LinearSpec.inputMajor(name + "mlp.c_proj", hidden, inner));
    return new BlockSpec(
        false,
        attention,
        feedForward,
        BlockSpec.Norms.before(norm(config, name + "ln_1")),
        BlockSpec.Norms.before(norm(config, name + "ln_2")));
  }

  private static NormSpec norm(ModelConfig config, String name) {
    return new NormSpec(
        name,
        NormSpec.Kind.LAYER,
        config.size("n_embd"),
        config.number("layer_norm_epsilon", 1e-5));
  }
}
