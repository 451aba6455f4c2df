package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * Describes a linear map by the tensors that store it.
 *
 * @param names names of the tensors without {@code .weight}; the outputs of several are
 *     concatenated
 * @param outputs number of outputs of each of {@code names}
 * @param inputs number of input features
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

  /** Describes a map of one tensor stored [outputs, inputs]. */
  static LinearSpec of(String name, int outputs, int inputs, boolean bias) {
    return new LinearSpec(List.of(name), List.of(outputs), inputs, bias, false);
  }

  /** Describes a map of one tensor stored [inputs, outputs], with a bias. */
  static LinearSpec inputMajor(String name, int outputs, int inputs) {
    return new LinearSpec(List.of(name), List.of(outputs), inputs, true, true);
  }

  /** Returns the number of outputs of all names together. */
  int totalOutputs() {
    return outputs.stream().mapToInt(Integer::intValue).sum();
  }
}
