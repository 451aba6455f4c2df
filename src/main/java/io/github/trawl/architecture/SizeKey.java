package io.github.trawl.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Sizes of a model that an architecture finds in {@code config.json}. */
enum SizeKey {
  LAYERS,
  HIDDEN,
  INNER,
  HEADS,
  KV_HEADS,
  HEAD_DIM;

  /** The key in an architecture file. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(SizeKey::key).collect(Collectors.toList());
  }
}
