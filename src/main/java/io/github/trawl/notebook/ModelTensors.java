package io.github.trawl.notebook;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.TensorInfo;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** A checkpoint with its architecture, if that is known. */
final class ModelTensors {
  private final Checkpoint checkpoint;
  private final Optional<Architecture> architecture;
  private final Optional<String> unknownReason;
  private final List<WeightSlice> slices;
  private final Map<String, List<WeightSlice>> byTensor;
  private final Map<String, ShardFile> shards;

  /** What precedes the layer's number in names of matrices' tensors; empty if that is not known. */
  private final Optional<String> prefix;

  private ModelTensors(
      Checkpoint checkpoint, Optional<Architecture> architecture, Optional<String> unknown) {
    this.checkpoint = checkpoint;
    this.architecture = architecture;
    this.unknownReason = unknown;
    this.slices = architecture.map(known -> known.slices(checkpoint)).orElse(List.of());
    this.byTensor = slices.stream().collect(Collectors.groupingBy(slice -> slice.tensor().name()));
    this.shards =
        checkpoint.shards().stream()
            .collect(Collectors.toMap(ShardFile::name, Function.identity()));
    this.prefix = slices.isEmpty() ? Optional.empty() : TensorPlace.prefix(slices);
  }

  /**
   * Opens a model. If no built-in architecture matches its {@code model_type} and its tensors, it
   * has no matrices, and {@link #unknownReason} says why.
   *
   * @param file the file that describes the architecture; empty to choose a built-in one by {@code
   *     model_type}
   */
  static ModelTensors open(Path directory, Optional<Path> file, Configuration hadoop) {
    Checkpoint checkpoint = Checkpoint.open(directory, hadoop);
    try {
      return new ModelTensors(
          checkpoint, Optional.of(Architecture.of(checkpoint, file, hadoop)), Optional.empty());
    } catch (TrawlException e) {
      if (file.isPresent() || e.category() != ErrorCategory.BAD_INPUT) {
        throw e;
      }
      return new ModelTensors(checkpoint, Optional.empty(), Optional.of(e.getMessage()));
    }
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The architecture; empty if it is not known. */
  Optional<Architecture> architecture() {
    return architecture;
  }

  /** Why the architecture is not known; empty if it is. */
  Optional<String> unknownReason() {
    return unknownReason;
  }

  /** All matrices that the architecture describes; none if it is not known. */
  List<WeightSlice> slices() {
    return slices;
  }

  TensorPlace place(TensorInfo tensor) {
    return TensorPlace.of(tensor.name(), prefix);
  }

  /** The roles of the matrices that a tensor holds, in stored order. */
  List<String> roles(TensorInfo tensor) {
    return byTensor.getOrDefault(tensor.name(), List.of()).stream()
        .map(ModelTensors::role)
        .toList();
  }

  /** Whether several matrices share the tensor. */
  boolean isFused(TensorInfo tensor) {
    return roles(tensor).size() > 1;
  }

  /** The role of a matrix as flags name it, in lower case. */
  static String role(WeightSlice slice) {
    return slice.role().name().toLowerCase(Locale.ROOT);
  }

  static long elements(TensorInfo tensor) {
    return tensor.shape().stream().reduce(1L, Math::multiplyExact);
  }

  StoredTensor stored(TensorInfo tensor, SerializableConfiguration hadoop) {
    return new StoredTensor(
        checkpoint.directory().toString(), shards.get(tensor.file()), tensor, hadoop);
  }
}
