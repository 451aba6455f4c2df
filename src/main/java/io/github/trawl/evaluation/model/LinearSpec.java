package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * An affine map of the stored model.
 *
 * @param names tensors without {@code .weight}; where there are several, their outputs stand one
 *     after the other
 * @param outputs features that each of {@code names} puts out
 * @param inputs features that go in
 * @param bias whether each has a {@code .bias}
 * @param inputMajor whether the weight is stored [inputs, outputs] rather than [outputs, inputs]
 */
record LinearSpec(
    List<String> names, List<Integer> outputs, int inputs, boolean bias, boolean inputMajor) {
  LinearSpec {
    names = List.copyOf(names);
    outputs = List.copyOf(outputs);
    if (names.size() != outputs.size() || (inputMajor && names.size() > 1)) {
      throw new IllegalArgumentException(names + " with " + outputs + " outputs");
    }
  }

  /** One tensor stored [outputs, inputs]. */
  static LinearSpec of(String name, int outputs, int inputs, boolean bias) {
    return new LinearSpec(List.of(name), List.of(outputs), inputs, bias, false);
  }

  /** One tensor stored [inputs, outputs]. */
  static LinearSpec inputMajor(String name, int outputs, int inputs) {
    return new LinearSpec(List.of(name), List.of(outputs), inputs, true, true);
  }

  /** The features that all names put out together. */
  int totalOutputs() {
    return outputs.stream().mapToInt(Integer::intValue).sum();
  }
}
