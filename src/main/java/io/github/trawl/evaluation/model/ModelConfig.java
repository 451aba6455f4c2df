package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Typed access to the {@code config.json} of a checkpoint, and to the names of its tensors. */
final class ModelConfig {
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

  /** The {@code model_type}. */
  String type() {
    return checkpoint.modelType();
  }

  /** Whether there is a value other than null. */
  boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** Whether the value is null, as opposed to absent. */
  boolean isNull(String key) {
    return json.path(key).isNull();
  }

  /** A positive whole number that must be there. */
  int size(String key) {
    if (!has(key)) {
      throw problem("has no " + key + "; add it");
    }
    return size(key, 0);
  }

  /** A positive whole number, or {@code absent}. */
  int size(String key, int absent) {
    int value = integer(key, absent);
    if (has(key) && value < 1) {
      throw problem(key + " is " + value + "; expected a positive number");
    }
    return value;
  }

  /** A whole number, or {@code absent}. */
  int integer(String key, int absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = json.get(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw problem(key + " is " + value + "; expected a whole number");
    }
    return value.intValue();
  }

  /** A number, or {@code absent}. */
  double number(String key, double absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = json.get(key);
    if (!value.isNumber()) {
      throw problem(key + " is " + value + "; expected a number");
    }
    return value.doubleValue();
  }

  /** True or false, or {@code absent}. */
  boolean flag(String key, boolean absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = json.get(key);
    if (!value.isBoolean()) {
      throw problem(key + " is " + value + "; expected true or false");
    }
    return value.booleanValue();
  }

  /** Text, or {@code absent}. */
  String text(String key, String absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = json.get(key);
    if (!value.isTextual()) {
      throw problem(key + " is " + value + "; expected text");
    }
    return value.textValue();
  }

  /** The elements of a list; empty if there is none. */
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

  /** The object under {@code key}; empty if there is none. */
  ModelConfig section(String key) {
    JsonNode section = json.path(key);
    if (has(key) && !section.isObject()) {
      throw problem(key + " is " + section + "; expected an object");
    }
    return new ModelConfig(checkpoint, section);
  }

  /** Whether nothing is stated. */
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

  /** The activation function under {@code key}. */
  Activation activation(String key, String absent) {
    String name = text(key, absent);
    Activation activation = ACTIVATIONS.get(name);
    if (activation == null) {
      throw problem(
          "%s is %s; only %s can be run"
              .formatted(
                  key, name, String.join(", ", ACTIVATIONS.keySet().stream().sorted().toList())));
    }
    return activation;
  }

  /** Refuses any value of {@code key} but {@code expected} and null. */
  void require(String key, Object expected) {
    if (has(key) && !json.get(key).asText().equals(expected.toString())) {
      throw problem("%s is %s; only %s can be run".formatted(key, json.get(key), expected));
    }
  }

  /** Refuses {@code key} whatever its value is, unless that is null. */
  void requireAbsent(String key, String remedy) {
    if (has(key)) {
      throw problem(key + " is stated; " + remedy);
    }
  }

  /** hidden / heads, where no {@code head_dim} applies. */
  int evenHeadSize(int hidden, int heads) {
    if (hidden % heads != 0) {
      throw problem(
          "the hidden size %d is not a multiple of the %d attention heads; correct it"
              .formatted(hidden, heads));
    }
    return hidden / heads;
  }

  /**
   * Returns {@code head_dim}.
   *
   * @param absent the value if the key is missing, 0 for hidden / heads; a null {@code head_dim}
   *     always means hidden / heads
   */
  int headSize(int hidden, int heads, int absent) {
    if (has("head_dim")) {
      return size("head_dim", 0);
    }
    return absent > 0 && !isNull("head_dim") ? absent : evenHeadSize(hidden, heads);
  }

  /** A positive whole number; {@code absent} where the key is missing, 0 where it is null. */
  int optionalSize(String key, int absent) {
    return isNull(key) ? 0 : size(key, absent);
  }

  /**
   * The attention window of each layer, 0 for none: {@code sliding_window} for those that {@code
   * layer_types} calls sliding.
   *
   * @param absent the windows if there are no {@code layer_types}
   */
  int[] windows(int layers, IntUnaryOperator absent) {
    List<JsonNode> types = list("layer_types");
    if (types.isEmpty()) {
      return IntStream.range(0, layers).map(absent).toArray();
    }
    if (types.size() != layers) {
      throw problem("%d layer_types for %d layers".formatted(types.size(), layers));
    }
    return types.stream().mapToInt(this::window).toArray();
  }

  private int window(JsonNode type) {
    return switch (type.asText()) {
      case "full_attention" -> 0;
      case "sliding_attention" -> size("sliding_window");
      default ->
          throw problem(
              "layer_types has %s; only full_attention and sliding_attention can be run"
                  .formatted(type));
    };
  }

  /** Whether the checkpoint has a tensor of that name. */
  boolean hasTensor(String name) {
    return checkpoint.contains(name);
  }

  /** The first of {@code prefixes} with which the checkpoint has {@code tensor}; else the first. */
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
   * The tensor that maps hidden states to logits: {@code head}, unless it is not stored and the
   * embeddings are tied: then the token embedding.
   *
   * @param tied whether {@code tie_word_embeddings} is true where the config does not say
   */
  String decoder(String head, String tokens, boolean tied) {
    return !hasTensor(head) && flag("tie_word_embeddings", tied) ? tokens : head;
  }

  /** An error in the config. */
  TrawlException problem(String what) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT, checkpoint.directory() + "/config.json: " + what);
  }
}
