package io.github.trawl.notebook;

import io.github.trawl.architecture.TensorNames;
import io.github.trawl.architecture.WeightSlice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layer of a tensor, and the name that it shares with the same tensor of other layers.
 *
 * @param family the name of the tensor with {@code {i}} for the number of the layer
 * @param layer the number of the layer; empty if the tensor belongs to no layer
 */
record TensorPlace(String family, OptionalInt layer) {
  /** A number that fits in an int; a longer one is no layer. */
  private static final Pattern NUMBER = Pattern.compile("(?<!\\d)\\d{1,6}(?!\\d)");

  /**
   * Returns the place of the tensor called {@code name}.
   *
   * @param prefix what precedes the number of the layer in the names of a layer's tensors, such as
   *     {@code h.}; empty if that is not known: then the first number in the name is taken for the
   *     layer
   */
  static TensorPlace of(String name, Optional<String> prefix) {
    int start =
        prefix
            .map(known -> name.startsWith(known) ? known.length() : -1)
            .orElseGet(() -> TensorNames.pattern(name).indexOf(TensorNames.LAYER));
    Matcher number = NUMBER.matcher(name);
    if (start < 0 || !number.find(start) || number.start() != start) {
      return new TensorPlace(name, OptionalInt.empty());
    }
    return new TensorPlace(
        name.substring(0, start) + TensorNames.LAYER + name.substring(number.end()),
        OptionalInt.of(Integer.parseInt(number.group())));
  }

  /**
   * Returns what precedes the number of the layer in the names of the tensors of all matrices. It
   * may itself hold numbers, as {@code model.0.layers.} does.
   *
   * @param slices all matrices of a model, at least one
   */
  static Optional<String> prefix(List<WeightSlice> slices) {
    String first = slices.get(0).tensor().name();
    return NUMBER
        .matcher(first)
        .results()
        .map(number -> first.substring(0, number.start()))
        .filter(prefix -> slices.stream().allMatch(slice -> precedesLayer(prefix, slice)))
        .findFirst();
  }

  private static boolean precedesLayer(String prefix, WeightSlice slice) {
    return of(slice.tensor().name(), Optional.of(prefix))
        .layer()
        .equals(OptionalInt.of(slice.layer()));
  }

  /** The number of the layer, or null if there is none: the value of a nullable column. */
  Integer layerOrNull() {
    return layer.isPresent() ? (Integer) layer.getAsInt() : null;
  }
}
