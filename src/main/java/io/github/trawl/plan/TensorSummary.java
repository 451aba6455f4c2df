package io.github.trawl.plan;

import io.github.trawl.architecture.TensorNames;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors that are alike in all but the index of their layer.
 *
 * @param pattern the names of the tensors, with {@code {i}} for the index of the layer
 * @param dtype their dtype
 * @param shape their shape
 * @param tensors the tensors, at least one
 */
record TensorSummary(String pattern, DType dtype, List<Long> shape, List<TensorInfo> tensors) {
  /** Summarises {@code tensors}, in the order in which the patterns come. */
  static List<TensorSummary> of(Collection<TensorInfo> tensors) {
    Map<List<Object>, TensorSummary> summaries = new LinkedHashMap<>();
    for (TensorInfo tensor : tensors) {
      String pattern = TensorNames.pattern(tensor.name());
      summaries
          .computeIfAbsent(
              List.of(pattern, tensor.dtype(), tensor.shape()),
              key -> new TensorSummary(pattern, tensor.dtype(), tensor.shape(), new ArrayList<>()))
          .tensors()
          .add(tensor);
    }
    return List.copyOf(summaries.values());
  }

  long bytes() {
    return tensors.stream().mapToLong(TensorInfo::length).sum();
  }
}
