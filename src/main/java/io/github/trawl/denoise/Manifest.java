package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.Version;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.linalg.Arithmetic;
import io.github.trawl.plan.StackPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code trawl.json}: what was done to a checkpoint, enough to do it again and to judge it. */
final class Manifest {
  private static final Logger LOG = LoggerFactory.getLogger(Manifest.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Manifest() {}

  static void write(
      Path directory,
      DenoiseRequest request,
      StackPlan plan,
      List<StackResult> stacks,
      List<ShardTask.Result> shards,
      String sparkVersion,
      Configuration hadoop) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", 1);
    root.set("config", request.echo());
    ObjectNode versions = root.putObject("versions");
    versions.put("trawl", Version.current());
    versions.put("spark", sparkVersion);
    versions.put("java", Runtime.version().toString());
    SortedSet<Arithmetic> arithmetic = new TreeSet<>();
    stacks.forEach(stack -> arithmetic.addAll(stack.arithmetic()));
    shards.forEach(shard -> arithmetic.add(shard.arithmetic()));
    ArrayNode computers = root.putArray("arithmetic");
    for (Arithmetic one : arithmetic) {
      computers.addObject().put("blas", one.blas()).put("cpu", one.cpu());
    }
    if (arithmetic.size() > 1) {
      LOG.warn(
          "Processors or BLAS of {} kinds took part ({}); on others the result may differ in its"
              + " last bits",
          arithmetic.size(),
          arithmetic);
    }
    root.put("seed", request.options().seed());
    ArrayNode remarks = root.putArray("remarks");
    plan.remarks().forEach(remarks::add);
    ArrayNode inputs = root.putArray("input");
    for (ShardTask.Result shard : shards) {
      ObjectNode entry = inputs.addObject();
      entry.put("file", shard.shard().name());
      entry.put("bytes", shard.shard().length());
      if (request.inputDigest()) {
        entry.put("sha256", shard.digest().inputSha256());
      }
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
    Path file = new Path(directory, CheckpointWriter.MANIFEST);
    try (OutputStream stream = Storage.open(file, hadoop).create(file, true)) {
      stream.write(JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM, "cannot write " + file + ": " + e.getMessage(), e);
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
    entry.put("factors", CheckpointWriter.FACTORS + "/" + stack.factorFile());
  }
}
