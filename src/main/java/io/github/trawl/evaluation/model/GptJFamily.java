package io.github.trawl.evaluation.model;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Describes the layers and tensors of GPT-J, where attention and feed-forward network are parallel
 * and the rotation pairs neighbouring features.
 */
final class GptJFamily implements ModelFamily {
  private static final Pattern IGNORED = Pattern.compile(".*\\.attn\\.(bias|masked_bias)");

  @Override
  public Set<String> modelTypes() {
    return Set.of("gptj");
  }

  @Override
  public boolean ignores(String tensor) {
    return IGNORED.matcher(tensor).matches();
  }

  @Override
  public TransformerSpec describe(ModelConfig config) {
    String prefix = config.prefix("wte.weight", "transformer.", "");
    int hidden = config.size("n_embd");
    int vocabulary = config.size("vocab_size");
    String tokens = prefix + "wte.weight";
    int rotaryDimensions = rotaryDimensions(config);
    RotarySpec rotary = RotarySpec.neighbours(RotaryConfig.frequencies(10_000, rotaryDimensions));
    return new TransformerSpec(
        ModelKind.CAUSAL,
        config.size("n_positions", 2048),
        EmbeddingSpec.tokens(tokens, vocabulary, hidden),
        IntStream.range(0, config.size("n_layer"))
            .mapToObj(layer -> block(config, prefix + "h." + layer + ".", rotary))
            .toList(),
        OutputHeadSpec.plain(
                norm(config, prefix + "ln_f"),
                config.decoder("lm_head.weight", tokens, false),
                vocabulary,
                hidden)
            .withBias("lm_head.bias"));
  }

  private static BlockSpec block(ModelConfig config, String name, RotarySpec rotary) {
    int hidden = config.size("n_embd");
    int inner = config.size("n_inner", 4 * hidden);
    int heads = config.size("n_head");
    AttentionSpec attention =
        AttentionSpec.builder(heads, heads, config.derivedHeadSize(hidden, heads))
            .input(
                List.of(name + "attn.q_proj", name + "attn.k_proj", name + "attn.v_proj"),
                hidden,
                false)
            .rotary(rotary)
            .output(name + "attn.out_proj", hidden, false)
            .build();
    FeedForwardSpec feedForward =
        new FeedForwardSpec(
            LinearSpec.of(name + "mlp.fc_in", inner, hidden, true),
            false,
            config.activation("activation_function", "gelu_new"),
            LinearSpec.of(name + "mlp.fc_out", hidden, inner, true));
    return new BlockSpec(
        true,
        attention,
        feedForward,
        BlockSpec.Norms.before(norm(config, name + "ln_1")),
        BlockSpec.Norms.none());
  }

  private static int rotaryDimensions(ModelConfig config) {
    int headSize = config.derivedHeadSize(config.size("n_embd"), config.size("n_head"));
    int dimensions = config.optionalSize("rotary_dim", 64);
    if (dimensions == 0 || dimensions % 2 != 0 || dimensions > headSize) {
      throw config.problem(
          "rotary_dim is %s; expected a positive even number, at most %d, the features of a head"
              .formatted(dimensions == 0 ? "null" : dimensions, headSize));
    }
    return dimensions;
  }

  private static NormSpec norm(ModelConfig config, String name) {
    return new NormSpec(
        name,
        NormSpec.Kind.LAYER,
        config.size("n_embd"),
        config.number("layer_norm_epsilon", 1e-5));
  }
}
