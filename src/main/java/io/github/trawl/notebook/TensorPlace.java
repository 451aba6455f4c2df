package io.github.trawl.notebook;

import io.github.trawl.architecture.TensorNames;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The layer of a tensor, and the name that it shares with the same tensor of other layers.
 *
 * @param family the name of the tensor with {@code {i}} for the number of the layer
 * @param layer the number of the layer; empty if the tensor belongs to no layer
 */
record TensorPlace(String family, OptionalInt layer) {
  /** Digits that always fit in an int; a longer number is no layer. */
  private static final int LONGEST_NUMBER = 6;

  /**
   * Returns the place of the tensor called {@code name}.
   *
   * @param prefixes what may precede the number of a layer in a name, such as {@code h.}; empty if
   *     that is not known: then the first number in the name is taken for the layer
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

  /** Returns what precedes the first number in a tensor's name; empty if there is no number. */
  static String prefix(String name) {
    String family = TensorNames.pattern(name);
    return family.substring(0, Math.max(0, family.indexOf(TensorNames.LAYER)));
  }

  /** The number of the layer, or null if there is none: the value of a nullable column. */
  Integer layerOrNull() {
    return layer.isPresent() ? (Integer) layer.getAsInt() : null;
  }
}
