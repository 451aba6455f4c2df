package io.github.trawl.notebook;

import io.github.trawl.architecture.TensorNames;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A tensor's name without the number of its layer.
 *
 * @param family the name with {@code {i}} for the number
 * @param layer the number; empty where the tensor belongs to no layer
 */
record TensorPlace(String family, OptionalInt layer) {
  private static final int LONGEST_NUMBER = 6;

  /**
   * The place of a tensor.
   *
   * @param prefixes the beginnings of the names of layers up to their number, such as {@code h.};
   *     empty where they are not known, and any number counts
   */
  static TensorPlace of(String name, Optional<Set<String>> prefixes) {
    String family = TensorNames.pattern(name);
    int start = family.indexOf(TensorNames.LAYER);
    if (start < 0
        || (prefixes.isPresent() && !prefixes.get().contains(family.substring(0, start)))) {
      return new TensorPlace(name, OptionalInt.empty());
    }
    int end = name.indexOf('.', start);
    String number = name.substring(start, end < 0 ? name.length() : end);
    return number.length() > LONGEST_NUMBER
        ? new TensorPlace(name, OptionalInt.empty())
        : new TensorPlace(family, OptionalInt.of(Integer.parseInt(number)));
  }

  /** The beginning of the names of the layer of a tensor, up to its number. */
  static String prefix(String name) {
    String family = TensorNames.pattern(name);
    return family.substring(0, Math.max(0, family.indexOf(TensorNames.LAYER)));
  }

  /** The number, or null for a column without a value. */
  Integer layerOrNull() {
    return layer.isPresent() ? (Integer) layer.getAsInt() : null;
  }
}
