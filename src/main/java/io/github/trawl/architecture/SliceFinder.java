package io.github.trawl.architecture;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the matrices of an architecture in the tensors of a checkpoint. */
final class SliceFinder {
  private final String directory;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final List<String> layerPrefixes;
  private final ModelSizes sizes;
  private final List<String> layerKeys;
  private final List<TensorRule> rules;

  SliceFinder(
      String directory,
      List<TensorInfo> tensors,
      List<String> layerPrefixes,
      ModelSizes sizes,
      Map<SizeKey, List<String>> configKeys,
      List<TensorRule> rules) {
    this.directory = directory;
    tensors.forEach(tensor -> this.tensors.put(tensor.name(), tensor));
    this.layerPrefixes = layerPrefixes;
    this.sizes = sizes;
    this.layerKeys = configKeys.get(SizeKey.LAYERS);
    this.rules = rules;
  }

  List<WeightSlice> find() {
    String prefix = prefix();
    int layers = layers(prefix);
    List<WeightSlice> slices = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (TensorRule rule : rules) {
        String name = name(prefix, layer, rule);
        TensorInfo tensor = tensors.get(name);
        if (tensor == null) {
          throw error("tensor %s is missing; the model has %d layers".formatted(name, layers));
        }
        slices.addAll(slices(layer, rule, tensor));
      }
    }
    return slices;
  }

  private String prefix() {
    for (String prefix : layerPrefixes) {
      if (!layerIndices(prefix).isEmpty()) {
        return prefix;
      }
    }
    throw error(
        "no tensor is named like %s; found are %s"
            .formatted(
                layerPrefixes.stream().map(prefix -> prefix + rules.get(0).name()).toList(),
                BuiltInArchitectures.examples(tensors.keySet())));
  }

  /** Returns the layer indices in the names of tensors that start with {@code prefix}. */
  private NavigableSet<Integer> layerIndices(String prefix) {
    NavigableSet<Integer> indices = new TreeSet<>();
    for (TensorRule rule : rules) {
      int at = prefix.indexOf(TensorNames.LAYER);
      // At most six digits, which fit in an int.
      Pattern pattern =
          Pattern.compile(
              Pattern.quote(prefix.substring(0, at))
                  + "(\\d{1,6})"
                  + Pattern.quote(prefix.substring(at + TensorNames.LAYER.length()) + rule.name()));
      for (String name : tensors.keySet()) {
        Matcher matcher = pattern.matcher(name);
        if (matcher.matches()) {
          indices.add(Integer.valueOf(matcher.group(1)));
        }
      }
    }
    return indices;
  }

  /**
   * Returns the number of layers by the config or, if it has none of the keys, by the largest index
   * of a layer; refuses missing and surplus layers.
   */
  private int layers(String prefix) {
    NavigableSet<Integer> found = layerIndices(prefix);
    OptionalInt stated = sizes.find(SizeKey.LAYERS);
    int last = found.last();
    int layers = stated.orElse(last + 1);
    if (last >= layers || found.size() != layers) {
      String there =
          "there are tensors %s of %d layers, the last of them %d"
              .formatted(prefix + "*", found.size(), last);
      String keys = String.join(" or ", layerKeys);
      throw error(
          stated.isPresent()
              ? "config.json says %d layers (%s), but %s; the checkpoint is incomplete or its config.json is another model's"
                  .formatted(layers, keys, there)
              : "%s, and config.json has no %s; the checkpoint is incomplete"
                  .formatted(there, keys));
    }
    return layers;
  }

  private List<WeightSlice> slices(int layer, TensorRule rule, TensorInfo tensor) {
    List<Long> shape = tensor.shape();
    if (shape.size() != 2 || shape.stream().anyMatch(size -> size > Integer.MAX_VALUE)) {
      throw error(
          "tensor %s has shape %s; expected a matrix for %s"
              .formatted(tensor.name(), shape, rule.roles()));
    }
    int outputs = Math.toIntExact(shape.get(rule.inputsFirst() ? 1 : 0));
    int inputs = Math.toIntExact(shape.get(rule.inputsFirst() ? 0 : 1));
    List<StoredAxis> axes =
        rule.isFused() ? fusedAxes(rule, tensor, outputs) : List.of(StoredAxis.range(0, outputs));
    List<WeightSlice> slices = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      MatrixLayout layout =
          new MatrixLayout(axes.get(i), StoredAxis.range(0, inputs), rule.inputsFirst(), false);
      slices.add(new WeightSlice(layer, rule.roles().get(i), tensor, layout));
    }
    return slices;
  }

  /** Returns where the output features of each matrix of a fused tensor lie, in stored order. */
  private List<StoredAxis> fusedAxes(TensorRule rule, TensorInfo tensor, int outputs) {
    long expected = rule.roles().stream().mapToLong(sizes::outputs).sum();
    if (expected != outputs) {
      throw error(
          "tensor %s has shape %s, but %s together take %d output features (%s); correct config.json or describe the model with --architecture FILE"
              .formatted(
                  tensor.name(),
                  tensor.shape(),
                  rule.roles(),
                  expected,
                  String.join(
                      "; ",
                      rule.roles().stream()
                          .map(role -> role + ": " + sizes.describe(role))
                          .toList())));
    }
    // Each group of an interleaved tensor holds an equal share of every matrix.
    int groups = rule.fusion() == Fusion.INTERLEAVED ? sizes.keyValueHeads() : 1;
    List<StoredAxis> axes = new ArrayList<>();
    int start = 0;
    for (MatrixRole role : rule.roles()) {
      int size = Math.toIntExact(sizes.outputs(role));
      if (size % groups != 0) {
        throw error(
            "tensor %s: the %d output features of %s are not shared evenly by %d key-value heads; correct config.json"
                .formatted(tensor.name(), size, role, groups));
      }
      axes.add(
          groups == 1
              ? StoredAxis.range(start, size)
              : new StoredAxis(start, size, size / groups, outputs / groups));
      start += size / groups;
    }
    return axes;
  }

  private TrawlException error(String problem) {
    return new TrawlException(ErrorCategory.BAD_INPUT, directory + ": " + problem);
  }

  private static String name(String prefix, int layer, TensorRule rule) {
    return prefix.replace(TensorNames.LAYER, Integer.toString(layer)) + rule.name();
  }
}
