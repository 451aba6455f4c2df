package io.github.trawl.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.InputFile;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Where the weight matrices of a family of models lie in its checkpoints.
 *
 * <p>An architecture is a JSON object with the keys
 *
 * <ul>
 *   <li>{@code model_types}: the {@code model_type}s of {@code config.json} that it describes;
 *   <li>{@code layer_prefixes}: what the names of a layer's tensors start with, {@code {i}} for the
 *       index of the layer; of several, the first that occurs in the checkpoint is used;
 *   <li>{@code config_keys}: the keys of {@code config.json} for the number of {@code layers}
 *       (required) and, for models with fused tensors, the {@code hidden} size, the {@code inner}
 *       size of the feed-forward layer, {@code heads}, {@code kv_heads} (the same as heads if
 *       absent) and {@code head_dim} (hidden / heads if absent); of a list of keys, the first that
 *       {@code config.json} has is used;
 *   <li>{@code attention_order}: the order of the attention matrices in a stack, {@code Q}, {@code
 *       K}, {@code V}, {@code O} if absent;
 *   <li>{@code tensors}: a list of objects with {@code name} (after the prefix), {@code holds} (the
 *       roles of the matrices in it, in stored order), {@code stored} ({@code out_in}, the default,
 *       or {@code in_out}) and, where it holds several, {@code fused}: {@code blocks}, the default,
 *       if the matrices lie one after the other along the output dimension, or {@code interleaved},
 *       if the output features are grouped by key-value head, each group with its queries, key and
 *       value.
 * </ul>
 */
public final class Architecture {
  private static final int LARGEST_FILE = 1 << 20;

  private final String name;
  private final List<String> modelTypes;
  private final List<String> layerPrefixes;
  private final Map<SizeKey, List<String>> configKeys;
  private final List<MatrixRole> attentionOrder;
  private final List<TensorRule> rules;

  Architecture(
      String name,
      List<String> modelTypes,
      List<String> layerPrefixes,
      Map<SizeKey, List<String>> configKeys,
      List<MatrixRole> attentionOrder,
      List<TensorRule> rules) {
    this.name = name;
    this.modelTypes = List.copyOf(modelTypes);
    this.layerPrefixes = List.copyOf(layerPrefixes);
    this.configKeys = Map.copyOf(configKeys);
    this.attentionOrder = List.copyOf(attentionOrder);
    this.rules = List.copyOf(rules);
  }

  /**
   * The built-in architecture for the {@code model_type} of {@code checkpoint}.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if there is none; its message says how the
   *     tensors are named and how to describe them in a file
   */
  public static Architecture forModel(Checkpoint checkpoint) {
    return BuiltInArchitectures.forModel(
        checkpoint.directory().toString(),
        checkpoint.modelType(),
        checkpoint.tensors().stream().map(TensorInfo::name).toList());
  }

  /**
   * The architecture of a checkpoint: that of {@code file} if one is named, else the built-in one.
   *
   * @throws TrawlException as {@link #load} and {@link #forModel}
   */
  public static Architecture of(Checkpoint checkpoint, Optional<Path> file, Configuration hadoop) {
    return file.map(path -> load(path, hadoop)).orElseGet(() -> forModel(checkpoint));
  }

  /**
   * The architecture that a JSON file describes, in the format stated for this class.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if the file is not there or breaks the
   *     format; of category {@code SYSTEM} if the storage fails
   */
  public static Architecture load(Path file, Configuration hadoop) {
    Path json = InputFile.find("--architecture", file, hadoop);
    try (FSDataInputStream stream = json.getFileSystem(hadoop).open(json)) {
      byte[] bytes = stream.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            "architecture %s: larger than %d bytes; is it the right file?"
                .formatted(Problems.show(json), LARGEST_FILE));
      }
      return ArchitectureParser.parse(json.toString(), new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Problems.reading(json, "cannot read the architecture", e);
    }
  }

  /** The name of the built-in architecture, or the path of its file. */
  public String name() {
    return name;
  }

  /** The {@code model_type}s of {@code config.json} that this architecture describes. */
  public List<String> modelTypes() {
    return modelTypes;
  }

  /** The order of the attention matrices in a stack. */
  public List<MatrixRole> attentionOrder() {
    return attentionOrder;
  }

  /** The matrices that each layer has. */
  public Set<MatrixRole> roles() {
    Set<MatrixRole> roles = EnumSet.noneOf(MatrixRole.class);
    rules.forEach(rule -> roles.addAll(rule.roles()));
    return roles;
  }

  /**
   * Every matrix of every layer, layer by layer, in the order of the architecture's tensors.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if a tensor is missing or is not
   *     two-dimensional, if a fused tensor does not have the output features that the config
   *     implies, or if the layers are fewer or more than the config says
   */
  public List<WeightSlice> slices(Checkpoint checkpoint) {
    return slices(checkpoint.directory().toString(), checkpoint.config(), checkpoint.tensors());
  }

  List<WeightSlice> slices(String directory, JsonNode config, List<TensorInfo> tensors) {
    return new SliceFinder(
            directory,
            tensors,
            layerPrefixes,
            new ModelSizes(config, configKeys),
            configKeys,
            rules)
        .find();
  }
}
