package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Typed access to the {@code config.json} of a checkpoint, and to the names of its tensors. */
final class ModelConfig {
  /** The type of a layer whose tokens see all before them. */
  static final String FULL_ATTENTION = "full_attention";

  /** The type of a layer whose tokens see those of a window. */
  static final String SLIDING_ATTENTION = "sliding_attention";

  private static final Map<String, Activation> ACTIVATIONS =
      Map.ofEntries(
          Map.entry("gelu", Activation.GELU),
          Map.entry("gelu_python", Activation.GELU),
          Map.entry("gelu_new", Activation.GELU_TANH),
          Map.entry("gelu_fast", Activation.GELU_TANH),
          Map.entry("gelu_pytorch_tanh", Activation.GELU_TANH),
          Map.entry("quick_gelu", Activation.GELU_QUICK),
          Map.entry("relu", Activation.RELU),
          Map.entry("silu", Activation.SILU),
          Map.entry("swish", Activation.SILU));

  private final Checkpoint checkpoint;
  private final JsonNode json;

  ModelConfig(Checkpoint checkpoint) {
    this(checkpoint, checkpoint.config());
  }

  private ModelConfig(Checkpoint checkpoint, JsonNode json) {
    this.checkpoint = checkpoint;
    this.json = json;
  }

  /** Returns the {@code model_type}. */
  String type() {
    return checkpoint.modelType();
  }

  /** Returns whether the key has a value other than null. */
  boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** Returns whether the key is there with the value null. */
  boolean isNull(String key) {
    return json.path(key).isNull();
  }

  /** Returns a positive whole number; its absence is an error. */
  int size(String key) {
    if (!has(key)) {
      throw problem("has no " + key + "; add it");
    }
    return size(key, 0);
  }

  /** Returns a positive whole number, or {@code defaultValue} if there is none. */
  int size(String key, int defaultValue) {
    int value = integer(key, defaultValue);
    if (has(key) && value < 1) {
      throw problem(key + " is " + value + "; expected a positive number");
    }
    return value;
  }

  /** Returns a whole number, or {@code defaultValue} if there is none. */
  int integer(String key, int defaultValue) {
    if (!has(key)) {
      return defaultValue;
    }
    JsonNode value = json.get(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw problem(key + " is " + value + "; expected a whole number");
    }
    return value.intValue();
  }

  /** Returns a number, or {@code defaultValue} if there is none. */
  double number(String key, double defaultValue) {
    if (!has(key)) {
      return defaultValue;
    }
    JsonNode value = json.get(key);
    if (!value.isNumber()) {
      throw problem(key + " is " + value + "; expected a number");
    }
    return value.doubleValue();
  }

  /** Returns true or false, or {@code defaultValue} if neither is stated. */
  boolean flag(String key, boolean defaultValue) {
    if (!has(key)) {
      return defaultValue;
    }
    JsonNode value = json.get(key);
    if (!value.isBoolean()) {
      throw problem(key + " is " + value + "; expected true or false");
    }
    return value.booleanValue();
  }

  /** Returns a text, or {@code defaultValue} if there is none. */
  String text(String key, String defaultValue) {
    if (!has(key)) {
      return defaultValue;
    }
    JsonNode value = json.get(key);
    if (!value.isTextual()) {
      throw problem(key + " is " + value + "; expected text");
    }
    return value.textValue();
  }

  /** Returns the elements of a list; empty if there is none. */
  List<JsonNode> list(String key) {
    List<JsonNode> elements = new ArrayList<>();
    if (has(key)) {
      if (!json.get(key).isArray()) {
        throw problem(key + " is " + json.get(key) + "; expected a list");
      }
      json.get(key).forEach(elements::add);
    }
    return elements;
  }

  /** Returns the object under {@code key}; empty if there is none. */
  ModelConfig section(String key) {
    JsonNode section = json.path(key);
    if (has(key) && !section.isObject()) {
      throw problem(key + " is " + section + "; expected an object");
    }
    return new ModelConfig(checkpoint, section);
  }

  /** Returns whether there are no keys. */
  boolean isEmpty() {
    return json.isEmpty();
  }

  /** Returns the settings of both; where both have a key, the value of {@code other}. */
  ModelConfig overriddenBy(ModelConfig other) {
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    for (JsonNode settings : List.of(json, other.json)) {
      settings.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
    }
    return new ModelConfig(checkpoint, merged);
  }

  /** Returns the activation function that {@code key}, or else {@code defaultValue}, names. */
  Activation activation(String key, String defaultValue) {
    String name = text(key, defaultValue);
    Activation activation = ACTIVATIONS.get(name);
    if (activation == null) {
      throw problem(
          "%s is %s; only %s can be run"
              .formatted(
                  key, name, String.join(", ", ACTIVATIONS.keySet().stream().sorted().toList())));
    }
    return activation;
  }

  /** Refuses any value of {@code key} but {@code expected} and null; the key may be absent. */
  void require(String key, Object expected) {
    if (has(key) && !json.get(key).asText().equals(expected.toString())) {
      throw problem("%s is %s; only %s can be run".formatted(key, json.get(key), expected));
    }
  }

  /** Refuses any value of {@code key} but null; the key may be absent. */
  void requireAbsent(String key, String remedy) {
    if (has(key)) {
      throw problem(key + " is set; " + remedy);
    }
  }

  /**
   * Returns {@code num_key_value_heads}, of which the number of heads is a multiple.
   *
   * @param defaultValue the value if the key is missing, 0 for {@code heads}; a null {@code
   *     num_key_value_heads} always means {@code heads}
   */
  int keyValueHeads(int heads, int defaultValue) {
    String key = "num_key_value_heads";
    int keyValueHeads = size(key, defaultValue == 0 || isNull(key) ? heads : defaultValue);
    if (heads % keyValueHeads != 0) {
      throw problem(
          "%d attention heads are not a multiple of the %d %s; correct one of them"
              .formatted(heads, keyValueHeads, key));
    }
    return keyValueHeads;
  }

  /** Returns hidden / heads, for families without {@code head_dim}; a remainder is an error. */
  int derivedHeadSize(int hidden, int heads) {
    if (hidden % heads != 0) {
      throw problem(
          "the hidden size %d is not a multiple of the %d attention heads; correct one of them"
              .formatted(hidden, heads));
    }
    return hidden / heads;
  }

  /**
   * Returns {@code head_dim}.
   *
   * @param defaultValue the value if the key is missing, 0 for hidden / heads; a null {@code
   *     head_dim} always means hidden / heads
   */
  int headSize(int hidden, int heads, int defaultValue) {
    if (has("head_dim")) {
      return size("head_dim", 0);
    }
    return defaultValue > 0 && !isNull("head_dim") ? defaultValue : derivedHeadSize(hidden, heads);
  }

  /**
   * Returns a positive whole number; {@code defaultValue} if the key is missing, 0 if it is null.
   */
  int optionalSize(String key, int defaultValue) {
    return isNull(key) ? 0 : size(key, defaultValue);
  }

  /**
   * Returns the attention window of each layer, 0 for none: {@code sliding_window} for those that
   * {@code layer_types} calls sliding.
   *
   * @param defaultValue gives the window of a layer if there are no {@code layer_types}
   */
  int[] windows(int layers, IntUnaryOperator defaultValue) {
    List<String> types = layerTypes(layers);
    return types.isEmpty()
        ? IntStream.range(0, layers).map(defaultValue).toArray()
        : types.stream().mapToInt(this::window).toArray();
  }

  private int window(String type) {
    return switch (type) {
      case FULL_ATTENTION -> 0;
      case SLIDING_ATTENTION -> size("sliding_window");
      default ->
          throw problem(
              "layer_types has %s; only full_attention and sliding_attention can be run"
                  .formatted(Problems.quote(type)));
    };
  }

  /**
   * Returns the {@code layer_types}, one for each layer, of which {@code attention} is an old name
   * of {@link #FULL_ATTENTION}; empty if there are none.
   */
  List<String> layerTypes(int layers) {
    List<JsonNode> types = list("layer_types");
    if (!types.isEmpty() && types.size() != layers) {
      throw problem(
          "%d layer_types for %d layers; list one for each".formatted(types.size(), layers));
    }
    return types.stream()
        .map(JsonNode::asText)
        .map(type -> type.equals("attention") ? FULL_ATTENTION : type)
        .toList();
  }

  /** Returns whether the checkpoint has a tensor of that name. */
  boolean hasTensor(String name) {
    return checkpoint.contains(name);
  }

  /**
   * Returns the first of {@code prefixes} under which the checkpoint has {@code tensor}; the first
   * of all if there is no such tensor.
   */
  String prefix(String tensor, String... prefixes) {
    for (String prefix : prefixes) {
      if (hasTensor(prefix + tensor)) {
        return prefix;
      }
    }
    return prefixes[0];
  }

  /**
   * Returns the name of the head's bias, which checkpoints like BERT's store under one of two
   * names: {@code other} if the embeddings are tied and {@code decoder} is not stored, else {@code
   * decoder}.
   */
  String decoderBias(String decoder, String other) {
    return hasTensor(decoder) || !flag("tie_word_embeddings", true) ? decoder : other;
  }

  /**
   * Returns the name of the tensor that maps hidden states to logits: the token embedding if {@code
   * head} is not stored and the embeddings are tied, else {@code head}.
   *
   * @param head the name of the head's own tensor
   * @param tokens the name of the token embedding
   * @param tied the value of {@code tie_word_embeddings} if the config does not state it
   */
  String decoder(String head, String tokens, boolean tied) {
    return !hasTensor(head) && flag("tie_word_embeddings", tied) ? tokens : head;
  }

  /** Returns an exception for an error in the config, with the file's name before {@code what}. */
  TrawlException problem(String what) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT, checkpoint.directory() + "/config.json: " + what);
  }
}
