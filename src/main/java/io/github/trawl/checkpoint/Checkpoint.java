package io.github.trawl.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model directory with safetensors weights, whose headers have been read and checked.
 *
 * <p>Immutable. Each shard's length and modification time are recorded, and {@link ShardReader}
 * compares them when it opens a shard, so that a model which changes during a run is noticed.
 */
public final class Checkpoint {
  static final String CONFIG = "config.json";
  static final String SINGLE_FILE = "model.safetensors";

  /** The most bytes of {@link #CONFIG}. */
  private static final long LARGEST_CONFIG = 16_000_000;

  private final Path directory;
  private final JsonNode config;
  private final List<ShardFile> shards;
  private final Map<String, TensorInfo> tensors;
  private final boolean indexed;

  private Checkpoint(
      Path directory,
      JsonNode config,
      List<ShardFile> shards,
      Map<String, TensorInfo> tensors,
      boolean indexed) {
    this.directory = directory;
    this.config = config;
    this.shards = List.copyOf(shards);
    this.tensors = Collections.unmodifiableMap(tensors);
    this.indexed = indexed;
  }

  /**
   * Opens the model in {@code directory}: {@code config.json} with either {@code model.safetensors}
   * or the shards that {@code model.safetensors.index.json} names. If both are there, the single
   * file is used, as in transformers.
   *
   * @throws TrawlException if the directory holds no such model or is an {@link UnfinishedOutput},
   *     a file breaks a rule of its format, the index and the shards disagree, the configuration
   *     names other weights, or the storage fails
   */
  public static Checkpoint open(Path directory, Configuration hadoop) {
    Objects.requireNonNull(directory, "directory");
    UnfinishedOutput.refuse(directory, hadoop);
    return openUnfinished(directory, hadoop);
  }

  /**
   * Opens a model as {@link #open} does, but accepts an {@link UnfinishedOutput}: the run that
   * publishes it verifies it so before it is finished.
   */
  static Checkpoint openUnfinished(Path directory, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(directory, hadoop);
    Path qualified = fileSystem.makeQualified(directory);
    Map<String, FileStatus> files = list(fileSystem, qualified);
    JsonNode config = config(fileSystem, qualified, files);
    refuseOtherWeights(qualified, config, files);
    ShardIndex index = null;
    List<String> names;
    if (files.containsKey(SINGLE_FILE)) {
      names = List.of(SINGLE_FILE);
    } else if (files.containsKey(ShardIndex.NAME)) {
      index = ShardIndex.read(fileSystem, qualified);
      names = index.shardNames();
      checkListed(names, files, index);
    } else {
      throw noWeights(qualified, files);
    }
    List<ShardFile> shards = new ArrayList<>();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (String name : names) {
      FileStatus status = files.get(name);
      ShardFile shard = new ShardFile(name, status.getLen(), status.getModificationTime());
      shards.add(shard);
      readHeader(qualified, shard, hadoop, tensors);
    }
    if (index != null) {
      index.check(tensors);
    }
    return new Checkpoint(qualified, config, shards, tensors, index != null);
  }

  /** The fully qualified model directory. */
  public Path directory() {
    return directory;
  }

  /**
   * The object in {@code config.json}; a copy. A setting that transformers knows by two names has
   * its value under both (see {@link ConfigAliases}).
   */
  public JsonNode config() {
    return config.deepCopy();
  }

  /**
   * {@code model_type} of the configuration.
   *
   * @throws TrawlException if there is none
   */
  public String modelType() {
    JsonNode type = config.get("model_type");
    if (type == null || !type.isTextual() || type.textValue().isBlank()) {
      throw Problems.badInput(
          Problems.show(new Path(directory, CONFIG)),
          "has no model_type; add it, for example \"model_type\": \"llama\"");
    }
    return type.textValue();
  }

  /** The weight files, sorted by name. */
  public List<ShardFile> shards() {
    return shards;
  }

  /** The name of the index file; empty if a single file holds all tensors. */
  Optional<String> indexFile() {
    return indexed ? Optional.of(ShardIndex.NAME) : Optional.empty();
  }

  /** All tensors, shard by shard, in the order of each shard's header. */
  public List<TensorInfo> tensors() {
    return List.copyOf(tensors.values());
  }

  /**
   * The tensor of that name.
   *
   * @throws TrawlException if there is none
   */
  public TensorInfo tensor(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw Problems.badInput(
          Problems.show(directory),
          "has no tensor " + Problems.quote(name) + "; `trawl inspect` lists those it has");
    }
    return tensor;
  }

  /** Whether there is a tensor of that name. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  private static Map<String, FileStatus> list(FileSystem fileSystem, Path directory) {
    FileStatus[] entries;
    try {
      if (!fileSystem.getFileStatus(directory).isDirectory()) {
        throw Problems.badInput(
            Problems.show(directory), "is a file; give the directory of the model");
      }
      entries = fileSystem.listStatus(directory);
    } catch (FileNotFoundException e) {
      throw Problems.badInput(
          Problems.show(directory), "no such directory; check the path of the model", e);
    } catch (IOException e) {
      throw Problems.reading(directory, "cannot list", e);
    }
    Map<String, FileStatus> files = new LinkedHashMap<>();
    Arrays.stream(entries)
        .filter(FileStatus::isFile)
        .forEach(status -> files.put(status.getPath().getName(), status));
    return files;
  }

  private static JsonNode config(
      FileSystem fileSystem, Path directory, Map<String, FileStatus> files) {
    if (!files.containsKey(CONFIG)) {
      throw Problems.badInput(
          Problems.show(directory),
          "has no config.json; give the directory of a transformers model");
    }
    return ConfigAliases.resolved(
        Json.readObject(fileSystem, new Path(directory, CONFIG), LARGEST_CONFIG));
  }

  /** Refuses a model of which transformers would read another file. */
  private static void refuseOtherWeights(
      Path directory, JsonNode config, Map<String, FileStatus> files) {
    JsonNode named = config.path("transformers_weights");
    String read = files.containsKey(SINGLE_FILE) ? SINGLE_FILE : ShardIndex.NAME;
    if (config.hasNonNull("transformers_weights") && !named.asText().equals(read)) {
      throw Problems.badInput(
          Problems.show(new Path(directory, CONFIG)),
          "transformers_weights is "
              + Problems.quote(named.asText())
              + ", the file from which transformers reads the weights, but only "
              + SINGLE_FILE
              + " or else "
              + ShardIndex.NAME
              + " is read here; give the weights such a name and remove the key");
    }
  }

  private static void checkListed(
      List<String> names, Map<String, FileStatus> files, ShardIndex index) {
    for (String name : names) {
      if (!files.containsKey(name)) {
        throw Problems.badInput(
            index.where(), "names the shard " + name + ", which is missing; get the missing file");
      }
    }
    for (String name : files.keySet()) {
      if (name.matches("model-\\d+-of-\\d+\\.safetensors") && !names.contains(name)) {
        throw Problems.badInput(
            index.where(),
            "does not name the shard "
                + name
                + " that lies beside it; restore the index, or remove"
                + " the file if it belongs to another model");
      }
    }
  }

  private static TrawlException noWeights(Path directory, Map<String, FileStatus> files) {
    String pickled =
        files.keySet().stream()
            .filter(name -> name.matches(".*\\.(bin|pt|pth|ckpt)"))
            .sorted()
            .findFirst()
            .orElse(null);
    if (pickled != null) {
      return Problems.badInput(
          Problems.show(directory),
          "has only pickled weights ("
              + Problems.quote(pickled)
              + "), which are never read because"
              + " they can run code; convert it to safetensors with"
              + " save_pretrained(safe_serialization=True)");
    }
    return Problems.badInput(
        Problems.show(directory),
        "has neither "
            + SINGLE_FILE
            + " nor "
            + ShardIndex.NAME
            + "; give the directory of a model with safetensors weights");
  }

  private static void readHeader(
      Path directory, ShardFile shard, Configuration hadoop, Map<String, TensorInfo> tensors) {
    ShardHeader header;
    try (ShardReader reader = ShardReader.open(directory, shard, hadoop)) {
      header = reader.header();
    }
    for (TensorInfo tensor : header.tensors()) {
      TensorInfo other = tensors.putIfAbsent(tensor.name(), tensor);
      if (other != null) {
        throw Problems.badInput(
            Problems.show(new Path(directory, shard.name())),
            "tensor "
                + Problems.quote(tensor.name())
                + " is in "
                + other.file()
                + " too; restore the shards");
      }
    }
  }
}
