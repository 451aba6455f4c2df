package io.github.trawl.plan;

import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Computes the off-heap memory that writing a weight file takes at least. The factors of a stack
 * are in memory from the first tensor of the file that needs them to the last one. The result is
 * the most that such factors and the scratch memory for a tensor's values take at one time.
 */
final class ShardMemory {
  /**
   * The most scratch memory that is counted, in bytes: while factors are read, a record batch of up
   * to 4 MiB of values; later, panels of a factor (up to 4 MiB) and of the product (up to 2 MiB).
   */
  private static final long SCRATCH_BYTES = 8L << 20;

  private ShardMemory() {}

  /**
   * Returns the bytes for each file that has a matrix of {@code stacks}, by its name.
   *
   * @param factorBytes returns the bytes of a stack's factors
   */
  static Map<String, Long> leastBytes(
      List<WeightStack> stacks, ToLongFunction<WeightStack> factorBytes) {
    Map<String, Map<TensorInfo, Set<WeightStack>>> byFile = new HashMap<>();
    for (WeightStack stack : stacks) {
      for (WeightSlice slice : stack.slices()) {
        byFile
            .computeIfAbsent(slice.tensor().file(), file -> new HashMap<>())
            .computeIfAbsent(slice.tensor(), tensor -> new HashSet<>())
            .add(stack);
      }
    }
    Map<String, Long> bytes = new HashMap<>();
    byFile.forEach((file, tensors) -> bytes.put(file, peakBytes(tensors, factorBytes)));
    return bytes;
  }

  private static long peakBytes(
      Map<TensorInfo, Set<WeightStack>> tensors, ToLongFunction<WeightStack> factorBytes) {
    List<TensorInfo> order = new ArrayList<>(tensors.keySet());
    order.sort(Comparator.comparingLong(TensorInfo::offset).thenComparing(TensorInfo::name));
    Map<WeightStack, Integer> last = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      for (WeightStack stack : tensors.get(order.get(i))) {
        last.put(stack, i);
      }
    }
    Set<WeightStack> loaded = new HashSet<>();
    long most = 0;
    for (int i = 0; i < order.size(); i++) {
      int position = i;
      loaded.addAll(tensors.get(order.get(i)));
      long factors = loaded.stream().mapToLong(factorBytes).sum();
      most = Math.max(most, factors + scratchBytes(tensors.get(order.get(i)), factorBytes));
      loaded.removeIf(stack -> last.get(stack) == position);
    }
    return most;
  }

  private static long scratchBytes(
      Set<WeightStack> stacks, ToLongFunction<WeightStack> factorBytes) {
    return stacks.stream()
        .mapToLong(
            stack ->
                Float.BYTES * (long) stack.rows() * stack.columns()
                    + factorBytes.applyAsLong(stack))
        .map(bytes -> Math.min(SCRATCH_BYTES, bytes))
        .max()
        .orElse(0);
  }
}
