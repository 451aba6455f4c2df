package io.github.trawl.evaluation.model;

import io.github.trawl.checkpoint.Problems;
import java.util.List;
import java.util.Set;

/**
 * Settings that the config of any family may have and that decide in transformers which tokens a
 * token sees, whether or not the family's own class has them. They are refused where they change
 * something.
 */
final class SeenTokens {
  /** Families that read {@code layer_types} themselves and that have them by default. */
  private static final Set<String> LAYERS_HAVE_TYPES =
      Set.of("gemma2", "gemma3_text", "qwen2", "qwen3", "smollm3");

  private static final String CAUSAL_KEY = "is_causal";
  private static final String WINDOW_KEY = "sliding_window";
  private static final String CHUNK_KEY = "attention_chunk_size";

  private SeenTokens() {}

  /**
   * Refuses settings by which tokens of the model see other ones than {@code spec} says.
   *
   * @param spec the model as its family describes it
   */
  static void requireDefaults(ModelConfig config, TransformerSpec spec) {
    if (spec.kind() == ModelKind.MASKED) {
      requireLaterTokensSeen(config);
      return;
    }
    requireLaterTokensHidden(config);
    if (!LAYERS_HAVE_TYPES.contains(config.type())) {
      List<String> types = config.layerTypes(spec.blocks().size());
      for (int layer = 0; layer < spec.blocks().size(); layer++) {
        requireAllKept(config, spec, layer, types.isEmpty() ? "" : types.get(layer));
      }
    }
  }

  /** In transformers, true hides them in sequences without padding. */
  private static void requireLaterTokensSeen(ModelConfig config) {
    if (config.flag(CAUSAL_KEY, false)) {
      throw config.problem(
          CAUSAL_KEY
              + " is true, by which no token sees those after it; models of type "
              + config.type()
              + " can be run with false only; correct it or remove it");
    }
  }

  /** In transformers null is as false, at least in sequences with padding. */
  private static void requireLaterTokensHidden(ModelConfig config) {
    if (config.isNull(CAUSAL_KEY) || !config.flag(CAUSAL_KEY, true)) {
      throw config.problem(
          CAUSAL_KEY
              + " is %s, by which tokens see those after them; models of type %s can be run with true only; correct it or remove it"
                  .formatted(config.isNull(CAUSAL_KEY) ? "null" : "false", config.type()));
    }
  }

  /**
   * Refuses a layer of which transformers keeps fewer keys than its tokens see as a generation
   * grows. A prompt sees all of its tokens all the same, as scored texts do.
   *
   * @param type the layer's type, empty if the config has none
   */
  private static void requireAllKept(
      ModelConfig config, TransformerSpec spec, int layer, String type) {
    int seen = spec.blocks().get(layer).attention().window();
    if (type.isEmpty() && seen > 0) {
      return; // The family's own window.
    }
    String key = key(config, type);
    int kept = key.isEmpty() ? 0 : config.size(key);
    int most = seen > 0 ? Math.min(seen, spec.context()) : spec.context();
    if (kept > 0 && kept < most) {
      throw config.problem(
          "%s is %d%s, by which tokens of a generation see no more than the last %d, but those of a prompt all; models of type %s can't be run so; remove it, or let it be %d, the context, or more"
              .formatted(
                  key,
                  kept,
                  type.isEmpty() ? "" : " and layer_types has " + type,
                  kept,
                  config.type(),
                  spec.context()));
    }
  }

  /** Returns the key that has the number of tokens whose keys are kept; empty if all are. */
  private static String key(ModelConfig config, String type) {
    return switch (type) {
      case "" -> config.has(WINDOW_KEY) ? WINDOW_KEY : config.has(CHUNK_KEY) ? CHUNK_KEY : "";
      case ModelConfig.FULL_ATTENTION -> "";
      case ModelConfig.SLIDING_ATTENTION -> WINDOW_KEY;
      case "chunked_attention" -> CHUNK_KEY;
      default ->
          throw config.problem(
              "layer_types has %s; models of type %s can be run with full_attention only"
                  .formatted(Problems.quote(type), config.type()));
    };
  }
}
