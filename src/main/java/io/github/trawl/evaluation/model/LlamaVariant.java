package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * LLaMA and its descendants, each with its defaults and the settings of {@code config.json} that
 * transformers reads for it.
 */
enum LlamaVariant {
  LLAMA(2048, 0, 0, RotaryConfig.THETA, false),
  MISTRAL(131_072, 8, 0, RotaryConfig.THETA, false) {
    @Override
    boolean inputBias(ModelConfig config) {
      return false;
    }

    @Override
    boolean outputBias(ModelConfig config) {
      return false;
    }

    @Override
    boolean feedForwardBias(ModelConfig config) {
      return false;
    }

    /**
     * Without {@code layer_types} all layers have the same window. With it, transformers loads the
     * model as a Ministral, whose layers have the windows that this key says.
     */
    @Override
    int[] windows(ModelConfig config, int layers) {
      int window = config.optionalSize("sliding_window", 4096);
      return config.windows(layers, layer -> window);
    }
  },
  QWEN2(32_768, 32, 0, RotaryConfig.THETA, false) {
    @Override
    boolean inputBias(ModelConfig config) {
      return true;
    }

    @Override
    boolean outputBias(ModelConfig config) {
      return false;
    }

    @Override
    boolean feedForwardBias(ModelConfig config) {
      return false;
    }

    @Override
    int[] windows(ModelConfig config, int layers) {
      return qwenWindows(config, layers);
    }
  },
  QWEN3(32_768, 32, 128, RotaryConfig.THETA, false) {
    @Override
    boolean feedForwardBias(ModelConfig config) {
      return false;
    }

    @Override
    boolean hasHeadNorms() {
      return true;
    }

    @Override
    int[] windows(ModelConfig config, int layers) {
      return qwenWindows(config, layers);
    }
  },
  SMOLLM3(32_768, 4, 0, 2_000_000, true) {
    @Override
    int[] windows(ModelConfig config, int layers) {
      int window =
          config.flag("use_sliding_window", false) ? config.optionalSize("sliding_window", 0) : 0;
      boolean[] rotary = rotaryLayers(config, layers);
      return config.windows(layers, layer -> rotary[layer] ? 0 : window);
    }

    @Override
    boolean[] rotaryLayers(ModelConfig config, int layers) {
      int interval = config.size("no_rope_layer_interval", 4);
      List<JsonNode> stated = config.list("no_rope_layers");
      if (!stated.isEmpty() && stated.size() != layers) {
        throw config.problem(
            "%d entries of no_rope_layers for %d layers; list one for each"
                .formatted(stated.size(), layers));
      }
      boolean[] rotary = new boolean[layers];
      for (int layer = 0; layer < layers; layer++) {
        // In spite of the key's name, its entry is 1 for a layer with rotary embeddings.
        rotary[layer] =
            stated.isEmpty() ? (layer + 1) % interval != 0 : stated.get(layer).asInt() != 0;
      }
      return rotary;
    }
  };

  private final int context;
  private final int keyValueHeads;
  private final int headSize;
  private final double theta;
  private final boolean tied;

  /**
   * Takes the defaults of settings that a config leaves out.
   *
   * @param context the most tokens of a sequence
   * @param keyValueHeads number of key heads; 0 for as many as there are query heads
   * @param headSize features of a head; 0 for hidden / heads
   * @param theta base of the rotary embeddings
   * @param tied whether the decoder of the head is the token embedding
   */
  LlamaVariant(int context, int keyValueHeads, int headSize, double theta, boolean tied) {
    this.context = context;
    this.keyValueHeads = keyValueHeads;
    this.headSize = headSize;
    this.theta = theta;
    this.tied = tied;
  }

  /** Returns the {@code model_type}s of all variants. */
  static Set<String> modelTypes() {
    return Arrays.stream(values())
        .map(variant -> variant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  static LlamaVariant of(ModelConfig config) {
    return valueOf(config.type().toUpperCase(Locale.ROOT));
  }

  int context(ModelConfig config) {
    return config.size("max_position_embeddings", context);
  }

  LlamaLayers layers(ModelConfig config) {
    return new LlamaLayers(config, NormSpec.Kind.RMS, keyValueHeads, headSize, 1e-6);
  }

  double theta() {
    return theta;
  }

  boolean isTied() {
    return tied;
  }

  /** Returns whether the maps to queries, keys and values have biases. */
  boolean inputBias(ModelConfig config) {
    return config.flag("attention_bias", false);
  }

  /** Returns whether the output map of the attention has a bias. */
  boolean outputBias(ModelConfig config) {
    return config.flag("attention_bias", false);
  }

  boolean feedForwardBias(ModelConfig config) {
    return config.flag("mlp_bias", false);
  }

  boolean hasHeadNorms() {
    return false;
  }

  /** Returns the attention window of each layer, 0 for none. */
  int[] windows(ModelConfig config, int layers) {
    return new int[layers];
  }

  /** Returns for each layer whether it has rotary embeddings. */
  boolean[] rotaryLayers(ModelConfig config, int layers) {
    boolean[] rotary = new boolean[layers];
    Arrays.fill(rotary, true);
    return rotary;
  }

  /**
   * Returns Qwen's windows: with {@code use_sliding_window}, the layers that {@code layer_types}
   * calls sliding have one, or without that key those from {@code max_window_layers} on.
   */
  private static int[] qwenWindows(ModelConfig config, int layers) {
    int window =
        config.flag("use_sliding_window", false) ? config.optionalSize("sliding_window", 4096) : 0;
    int from = config.integer("max_window_layers", 28);
    int[] windows = config.windows(layers, layer -> layer >= from ? window : 0);
    if (window == 0 && Arrays.stream(windows).anyMatch(each -> each > 0)) {
      throw config.problem(
          "layer_types has sliding_attention, but use_sliding_window is not true; correct one");
    }
    return windows;
  }
}
