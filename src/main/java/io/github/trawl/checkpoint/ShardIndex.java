package io.github.trawl.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code model.safetensors.index.json}: which tensor lies in which shard.
 *
 * @param where the name of the index in messages
 * @param weightMap the plain file name of each tensor's shard, by tensor name
 */
record ShardIndex(String where, Map<String, String> weightMap) {
  static final String NAME = "model.safetensors.index.json";
  private static final long MAX_INDEX_BYTES = 100_000_000;

  static ShardIndex read(FileSystem fileSystem, Path directory) {
    Path file = new Path(directory, NAME);
    String where = Problems.show(file);
    JsonNode map = Json.readObject(fileSystem, file, MAX_INDEX_BYTES).get("weight_map");
    if (map == null || !map.isObject() || map.isEmpty()) {
      throw Problems.badInput(
          where, "has no weight_map object that names the shards; restore the file");
    }
    Map<String, String> weights = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String tensor = "tensor " + Problems.quote(entry.getKey());
      if (!entry.getValue().isTextual()) {
        throw Problems.badInput(
            where, tensor + " is not assigned to a file name; restore the file");
      }
      String shard = entry.getValue().textValue();
      if (!isPlainName(shard)) {
        throw Problems.badInput(
            where,
            tensor
                + " is assigned to "
                + Problems.quote(shard)
                + ", which is not the plain name of a .safetensors file; do not trust this model");
      }
      weights.put(entry.getKey(), shard);
    }
    return new ShardIndex(where, weights);
  }

  /** Distinct file names, sorted. */
  List<String> shardNames() {
    return List.copyOf(new TreeSet<>(weightMap.values()));
  }

  /** Checks that the shards hold exactly the tensors that are assigned to them. */
  void check(Map<String, TensorInfo> tensors) {
    for (TensorInfo tensor : tensors.values()) {
      String assigned = weightMap.get(tensor.name());
      if (!tensor.file().equals(assigned)) {
        throw Problems.badInput(
            where,
            "tensor "
                + Problems.quote(tensor.name())
                + " lies in "
                + tensor.file()
                + (assigned == null
                    ? ", but is not in the index"
                    : ", but is assigned to " + assigned)
                + "; restore the index or the shard");
      }
    }
    for (Map.Entry<String, String> entry : weightMap.entrySet()) {
      if (!tensors.containsKey(entry.getKey())) {
        throw Problems.badInput(
            where,
            "tensor "
                + Problems.quote(entry.getKey())
                + " is assigned to "
                + entry.getValue()
                + ", which does not hold it; restore the index or the shard");
      }
    }
  }

  private static boolean isPlainName(String name) {
    return name.endsWith(".safetensors")
        && !name.startsWith(".")
        && name.chars()
            .noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c))
        && !name.contains("..");
  }
}
