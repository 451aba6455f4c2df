package io.github.trawl.sweep.report;

import java.util.List;
import java.util.stream.Collectors;

/** Names the parts of an edit in charts and filters. */
final class Labels {
  private Labels() {}

  /**
   * Returns the name of a set of layers, such as {@code layer 11}, {@code layers 0–3} or {@code
   * layers 0, 5, 7}.
   */
  static String layers(List<Integer> layers) {
    if (layers.isEmpty()) {
      return "no layer";
    }
    int first = layers.get(0);
    int last = layers.get(layers.size() - 1);
    if (layers.size() == 1) {
      return "layer " + first;
    }
    return "layers "
        + (last - first == layers.size() - 1
            ? first + "\u2013" + last
            : layers.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  static String method(String method) {
    return switch (method) {
      case "cp" -> "CP";
      case "tucker" -> "Tucker";
      case "svd" -> "SVD";
      default -> method;
    };
  }

  /**
   * Returns the name of an edit's line in a chart, such as {@code CP}, {@code CP, start centred},
   * {@code SVD (LASER)} or {@code CP (Control)}.
   */
  static String series(Edit edit) {
    String name = method(edit.method()) + (edit.variant().isEmpty() ? "" : ", " + edit.variant());
    return edit.kind() == EditKind.TRAWL ? name : name + " (" + edit.kind().label() + ")";
  }
}
