package io.github.trawl.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The sizes of one model, read from its {@code config.json} under an architecture's keys. */
final class ModelSizes {
  private final JsonNode config;
  private final Map<SizeKey, List<String>> keys;

  ModelSizes(JsonNode config, Map<SizeKey, List<String>> keys) {
    this.config = config;
    this.keys = keys;
  }

  /**
   * The value of the first key of {@code size} that {@code config.json} has and that is not null.
   */
  OptionalInt find(SizeKey size) {
    for (String key : keys.getOrDefault(size, List.of())) {
      JsonNode value = config.path(key);
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            "config.json: %s is %s; expected a positive whole number".formatted(key, value));
      }
      return OptionalInt.of(value.intValue());
    }
    return OptionalInt.empty();
  }

  /** Returns the number of output features of the matrix {@code role} according to the config. */
  long outputs(MatrixRole role) {
    return switch (role) {
      case Q -> (long) heads() * headDim();
      case K, V -> (long) keyValueHeads() * headDim();
      case O, DOWN -> require(SizeKey.HIDDEN);
      case GATE, UP -> require(SizeKey.INNER);
    };
  }

  int keyValueHeads() {
    return find(SizeKey.KV_HEADS).orElseGet(this::heads);
  }

  /** Describes the sizes from which {@link #outputs} is computed, for messages. */
  String describe(MatrixRole role) {
    return switch (role) {
      case Q -> describe(SizeKey.HEADS, heads()) + ", " + describe(SizeKey.HEAD_DIM, headDim());
      case K, V ->
          describe(SizeKey.KV_HEADS, keyValueHeads())
              + ", "
              + describe(SizeKey.HEAD_DIM, headDim());
      case O, DOWN -> describe(SizeKey.HIDDEN, require(SizeKey.HIDDEN));
      case GATE, UP -> describe(SizeKey.INNER, require(SizeKey.INNER));
    };
  }

  private static String describe(SizeKey key, int value) {
    return key.key() + " " + value;
  }

  private int heads() {
    return require(SizeKey.HEADS);
  }

  private int headDim() {
    OptionalInt stated = find(SizeKey.HEAD_DIM);
    if (stated.isPresent()) {
      return stated.getAsInt();
    }
    int hidden = require(SizeKey.HIDDEN);
    if (hidden % heads() != 0) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "config.json: the hidden size %d is not a multiple of the %d attention heads; correct it or state the head size"
              .formatted(hidden, heads()));
    }
    return hidden / heads();
  }

  private int require(SizeKey size) {
    return find(size)
        .orElseThrow(
            () ->
                new TrawlException(
                    ErrorCategory.BAD_INPUT,
                    "config.json: no %s, which gives the %s of the model's fused tensors; add it, or name the right key under config_keys in an --architecture file"
                        .formatted(keys.getOrDefault(size, List.of(size.key())), size.key())));
  }
}
