package io.github.trawl.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Sizes of a model that {@code config.json} holds under the keys that an architecture names. */
enum SizeKey {
  /** Number of layers. */
  LAYERS,
  /** Length of a hidden state. */
  HIDDEN,
  /** Output features of the first feed-forward matrix. */
  INNER,
  /** Number of attention heads. */
  HEADS,
  /** Number of key-value heads. */
  KV_HEADS,
  /** Features of a head. */
  HEAD_DIM;

  /** The key in an architecture file. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(SizeKey::key).collect(Collectors.toList());
  }
}
