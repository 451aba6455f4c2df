package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.Version;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.linalg.Arithmetic;
import io.github.trawl.plan.SolvePlan;
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

  /** Raised by any change that an older reader would misread. */
  private static final int FORMAT = 2;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Manifest() {}

  /**
   * @param shards as written; empty for factors without weights
   */
  static void write(
      Path directory,
      DenoiseRequest request,
      SolvePlan plan,
      Checkpoint checkpoint,
      List<StackResult> stacks,
      List<ShardTask.Result> shards,
      String sparkVersion,
      Configuration hadoop) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("weights", request.writesWeights());
    root.set("config", request.echo());
    ObjectNode versions = root.putObject("versions");
    versions.put("trawl", Version.current());
    versions.put("spark", sparkVersion);
    versions.put("java", Runtime.version().toString());
    addArithmetic(root.putArray("arithmetic"), stacks, shards);
    ArrayNode seeds = root.putArray("seeds");
    request.options().seeds().forEach(seeds::add);
    ArrayNode remarks = root.putArray("remarks");
    plan.remarks().forEach(remarks::add);
    addInput(root.putArray("input"), request, checkpoint, shards);
    ArrayNode solved = root.putArray("stacks");
    stacks.forEach(stack -> describe(solved.addObject(), stack));
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

  /** Lists the kinds of processors and BLAS that took part; the bits of a result hold for one kind. */
  private static void addArithmetic(
      ArrayNode computers, List<StackResult> stacks, List<ShardTask.Result> shards) {
    SortedSet<Arithmetic> kinds = new TreeSet<>();
    stacks.forEach(stack -> kinds.addAll(stack.arithmetic()));
    shards.forEach(shard -> kinds.add(shard.arithmetic()));
    kinds.forEach(kind -> computers.addObject().put("blas", kind.blas()).put("cpu", kind.cpu()));
    if (kinds.size() > 1) {
      LOG.warn(
          "Processors or BLAS of {} kinds took part ({}); on others the result may differ in its"
              + " last bits",
          kinds.size(),
          kinds);
    }
  }

  /** Lists all shards of the model, with the digests of those that were read as a whole. */
  private static void addInput(
      ArrayNode inputs,
      DenoiseRequest request,
      Checkpoint checkpoint,
      List<ShardTask.Result> shards) {
    Map<String, String> digests = new HashMap<>();
    if (request.inputDigest()) {
      shards.forEach(shard -> digests.put(shard.shard().name(), shard.digest().inputSha256()));
    }
    for (ShardFile shard : checkpoint.shards()) {
      ObjectNode entry = inputs.addObject();
      entry.put("file", shard.name());
      entry.put("bytes", shard.length());
      if (digests.containsKey(shard.name())) {
        entry.put("sha256", digests.get(shard.name()));
      }
    }
  }

  private static void describe(ObjectNode entry, StackResult stack) {
    entry.put("stack", stack.stack());
    entry.put("factors", CheckpointWriter.FACTORS + "/" + stack.factorFile());
    entry.put("seconds", stack.seconds());
    ArrayNode members = entry.putArray("members");
    for (MemberResult member : stack.members()) {
      members
          .addObject()
          .put("name", member.name())
          .put("rank", member.rank())
          .put("seed", member.seed())
          .put("fit", member.fit())
          .put("iterations", member.iterations())
          .put("reason", member.reason().name());
    }
  }

  private static void describe(
      ObjectNode entry, ShardTask.ReplacedMatrix matrix, StackResult stack) {
    WeightSlice slice = matrix.slice();
    MemberResult member = stack.members().get(0);
    entry.put("tensor", slice.tensor().name());
    entry.put("layer", slice.layer());
    entry.put("role", slice.role().name());
    entry.put("dtype", slice.tensor().dtype().name());
    entry.put("stack", matrix.stack());
    entry.put("slice", matrix.index());
    entry.put("rank", member.rank());
    entry.put("seed", member.seed());
    entry.put("relative_error", matrix.relativeError());
    entry.put("fit", member.fit());
    entry.put("iterations", member.iterations());
    entry.put("reason", member.reason().name());
    entry.put("seconds", stack.seconds());
    entry.put("factors", CheckpointWriter.FACTORS + "/" + stack.factorFile());
  }
}
