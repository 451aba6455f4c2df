package io.github.trawl.denoise;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Version;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.WrittenFile;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code trawl.json}: what was done to a checkpoint, enough to do it again and to judge it. */
final class Manifest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Manifest() {}

  /**
   * The file's content.
   *
   * @param remarks what the user is told
   * @param written the shards and the factors
   */
  static byte[] content(
      DenoiseRequest request,
      List<String> remarks,
      List<StackResult> stacks,
      List<ShardTask.Result> shards,
      List<WrittenFile> written,
      String sparkVersion) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", 1);
    root.set("config", request.echo());
    ObjectNode versions = root.putObject("versions");
    versions.put("trawl", Version.current());
    versions.put("spark", sparkVersion);
    versions.put("java", Runtime.version().toString());
    versions.put("blas", stacks.isEmpty() ? "" : stacks.get(0).blas());
    root.put("seed", request.options().seed());
    ArrayNode lines = root.putArray("remarks");
    remarks.forEach(lines::add);
    ArrayNode inputs = root.putArray("input");
    for (ShardTask.Result shard : shards) {
      ObjectNode entry = inputs.addObject();
      entry.put("file", shard.shard().name());
      entry.put("bytes", shard.shard().length());
      if (request.inputDigest()) {
        entry.put("sha256", shard.digest().inputSha256());
      }
    }
    ArrayNode outputs = root.putArray("output");
    for (WrittenFile file : written) {
      ObjectNode entry = outputs.addObject();
      entry.put("file", file.name());
      entry.put("bytes", file.bytes());
      entry.put("crc32c", file.checksum());
    }
    Map<String, StackResult> byName = new HashMap<>();
    stacks.forEach(stack -> byName.put(stack.stack(), stack));
    ArrayNode tensors = root.putArray("tensors");
    shards.stream()
        .flatMap(shard -> shard.matrices().stream())
        .sorted(
            Comparator.comparingInt((ShardTask.ReplacedMatrix matrix) -> matrix.slice().layer())
                .thenComparing(matrix -> matrix.slice().role()))
        .forEach(matrix -> describe(tensors.addObject(), matrix, byName.get(matrix.stack())));
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  private static void describe(
      ObjectNode entry, ShardTask.ReplacedMatrix matrix, StackResult stack) {
    WeightSlice slice = matrix.slice();
    entry.put("tensor", slice.tensor().name());
    entry.put("layer", slice.layer());
    entry.put("role", slice.role().name());
    entry.put("dtype", slice.tensor().dtype().name());
    entry.put("stack", matrix.stack());
    entry.put("slice", matrix.index());
    entry.put("rank", stack.rank());
    entry.put("relative_error", matrix.relativeError());
    entry.put("fit", 1 - stack.relativeError());
    entry.put("iterations", stack.iterations());
    entry.put("reason", stack.reason().name());
    entry.put("seconds", stack.seconds());
    entry.put("factors", stack.factors().name());
  }
}
