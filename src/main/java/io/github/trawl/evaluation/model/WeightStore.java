package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The weights of a model in the memory of its device. Each tensor has the model's type of number
 * and its stored layout, so that overwriting its array replaces it.
 *
 * <p>Tensors whose outputs are always computed together are rows of one larger array. The parts of
 * the model first request their arrays; then {@link #load} fills them.
 */
final class WeightStore implements ModelWeights {
  private final Checkpoint checkpoint;
  private final TensorScope owner;
  private final NumberType type;
  private final Map<String, NativeTensor> arrays = new LinkedHashMap<>();
  private final Map<String, NativeTensor> originals = new LinkedHashMap<>();

  /**
   * @param owner owns the arrays; closed with this store
   * @param type the type of all arrays
   */
  WeightStore(Checkpoint checkpoint, TensorScope owner, NumberType type) {
    this.checkpoint = checkpoint;
    this.owner = owner;
    this.type = type;
  }

  /** Returns the array of a tensor of one dimension. */
  NativeTensor vector(String name, int size) {
    return stacked(List.of(name), List.of(size));
  }

  /** Returns the array of a tensor of two dimensions. */
  NativeTensor matrix(String name, int rows, int columns) {
    return stacked(List.of(name), List.of(rows), columns);
  }

  /**
   * Returns an array with the rows of several tensors, one tensor after the other. A single tensor
   * may be requested more than once.
   *
   * @param rows the number of rows of each tensor
   * @param rest the other dimensions
   */
  NativeTensor stacked(List<String> names, List<Integer> rows, long... rest) {
    NativeTensor existing = arrays.get(names.get(0));
    if (existing != null && names.size() == 1) {
      requireShape(names.get(0), shape(rows.get(0), rest));
      return existing;
    }
    int total = rows.stream().mapToInt(Integer::intValue).sum();
    for (int i = 0; i < names.size(); i++) {
      requireShape(names.get(i), shape(rows.get(i), rest));
    }
    NativeTensor all = owner.empty(type, shape(total, rest));
    if (names.size() == 1) {
      arrays.put(names.get(0), all);
      return all;
    }
    int first = 0;
    for (int i = 0; i < names.size(); i++) {
      int end = first + rows.get(i);
      if (arrays.put(names.get(i), all.slice(0, first, end)) != null) {
        throw new IllegalStateException(names.get(i) + " is part of two stacks");
      }
      first = end;
    }
    return all;
  }

  /** Returns a linear map's weight as [outputs, inputs]. */
  NativeTensor weight(LinearSpec spec) {
    List<String> names = spec.names().stream().map(name -> name + ".weight").toList();
    return spec.inputMajor()
        ? matrix(names.get(0), spec.inputs(), spec.totalOutputs()).transpose()
        : stacked(names, spec.outputs(), spec.inputs());
  }

  /** Returns a linear map's bias, or null if it has none. */
  NativeTensor bias(LinearSpec spec) {
    List<String> names = spec.names().stream().map(name -> name + ".bias").toList();
    return spec.bias() ? stacked(names, spec.outputs()) : null;
  }

  /**
   * Checks that every tensor of the checkpoint has been requested or is known to be unused. A
   * tensor that the family does not know belongs to a variant that computes something else.
   *
   * @param ignored matches names of tensors that take no part in the forward pass
   * @throws TrawlException if there is another tensor
   */
  void requireAllUsed(Predicate<String> ignored) {
    for (TensorInfo tensor : checkpoint.tensors()) {
      if (!arrays.containsKey(tensor.name()) && !ignored.test(tensor.name())) {
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            "%s/%s: tensor %s is not one that models of type %s use; variants of a model type that add tensors cannot be run"
                .formatted(
                    checkpoint.directory(), tensor.file(), tensor.name(), checkpoint.modelType()));
      }
    }
  }

  /** Fills all requested arrays from the checkpoint. */
  void load(Configuration hadoop) {
    new WeightReader(checkpoint, hadoop).read(arrays);
  }

  /** Whether the tensor of this name is among the weights. */
  boolean contains(String name) {
    return arrays.containsKey(name);
  }

  /** The names of the tensors that are among the weights. */
  Set<String> names() {
    return Collections.unmodifiableSet(arrays.keySet());
  }

  @Override
  public void patch(String name, Supplier<FloatBuffer> values) {
    NativeTensor array = arrays.get(name);
    if (array == null) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: tensor %s takes no part in the forward pass; leave it out of the edit"
              .formatted(checkpoint.directory(), name));
    }
    FloatBuffer made = values.get();
    if (made.remaining() != array.count()) {
      throw new IllegalArgumentException(
          "%d values for %s of shape %s"
              .formatted(made.remaining(), name, Arrays.toString(array.shape())));
    }
    originals.computeIfAbsent(name, key -> array.duplicate());
    ArrayWriter.write(array, made);
  }

  @Override
  public void restore() {
    originals.forEach((name, original) -> arrays.get(name).copyFrom(original));
    originals.values().forEach(NativeTensor::close);
    originals.clear();
  }

  @Override
  public long bytes() {
    return arrays.values().stream().mapToLong(NativeTensor::bytes).sum();
  }

  @Override
  public void close() {
    owner.close();
  }

  private static long[] shape(long rows, long[] rest) {
    return LongStream.concat(LongStream.of(rows), LongStream.of(rest)).toArray();
  }

  private void requireShape(String name, long[] expected) {
    List<Long> dimensions = LongStream.of(expected).boxed().toList();
    if (!checkpoint.contains(name)) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: no tensor %s, which a model of type %s with this config.json needs; give a complete checkpoint, with the language-model head"
              .formatted(checkpoint.directory(), name, checkpoint.modelType()));
    }
    TensorInfo tensor = checkpoint.tensor(name);
    if (!tensor.shape().equals(dimensions)) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s/%s: tensor %s has shape %s, but config.json asks for %s; restore the weights or config.json, whichever was changed"
              .formatted(checkpoint.directory(), tensor.file(), name, tensor.shape(), dimensions));
    }
    if (!tensor.dtype().isDecodable()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s/%s: tensor %s is %s; only F32, F16, BF16 and F64 models can be run, convert it"
              .formatted(checkpoint.directory(), tensor.file(), name, tensor.dtype()));
    }
  }
}
