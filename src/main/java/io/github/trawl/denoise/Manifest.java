package io.github.trawl.denoise;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Numerics;
import io.github.trawl.Version;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.InputFile;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.solve.MemberResult;
import io.github.trawl.solve.StackResult;
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

/**
 * Makes {@code trawl.json}, which says what was done to a checkpoint: enough to do it again and to
 * judge the result.
 */
final class Manifest {
  private static final Logger LOG = LoggerFactory.getLogger(Manifest.class);

  /** Raised by any change that an older reader would misread. */
  private static final int FORMAT = 2;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** The largest architecture file that is read, in bytes. */
  private static final long LARGEST_ARCHITECTURE = 1 << 20;

  private Manifest() {}

  /**
   * Returns the content of the architecture file that a request names; missing if it names none.
   *
   * @throws io.github.trawl.TrawlException if the file can't be read or is no JSON
   */
  static JsonNode architecture(DenoiseRequest request, Configuration hadoop) {
    if (request.architecture().isEmpty()) {
      return MissingNode.getInstance();
    }
    Path file = InputFile.find("--architecture", request.architecture().get(), hadoop);
    return Json.readObject(Storage.open(file, hadoop), file, LARGEST_ARCHITECTURE);
  }

  /**
   * Returns the content of the file.
   *
   * @param architecture as {@link #architecture} returned it before the run
   * @param remarks for the user, a line each
   * @param shards the written shards; empty if the output holds factors alone
   * @param written the shards and the factor files
   */
  static byte[] content(
      DenoiseRequest request,
      JsonNode architecture,
      List<String> remarks,
      Checkpoint checkpoint,
      List<StackResult> stacks,
      List<ShardTask.Result> shards,
      List<WrittenFile> written,
      String sparkVersion) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("weights", request.writesWeights());
    root.set("config", request.givenConfig());
    if (!architecture.isMissingNode()) {
      root.set("architecture", architecture);
    }
    request.sweptPoint().ifPresent(point -> root.set("sweep", point.description()));
    ObjectNode versions = root.putObject("versions");
    versions.put("trawl", Version.current());
    versions.put("numerics", Numerics.VERSION);
    versions.put("spark", sparkVersion);
    versions.put("java", Runtime.version().toString());
    addArithmetic(root.putArray("arithmetic"), stacks, shards);
    ArrayNode seeds = root.putArray("seeds");
    request
        .sweptPoint()
        .map(point -> point.parts().stream().flatMap(part -> part.options().seeds().stream()))
        .orElseGet(() -> request.options().seeds().stream())
        .distinct()
        .forEach(seeds::add);
    ArrayNode lines = root.putArray("remarks");
    remarks.forEach(lines::add);
    addInput(root.putArray("input"), request, checkpoint, shards);
    ArrayNode outputs = root.putArray("output");
    for (WrittenFile file : written) {
      outputs
          .addObject()
          .put("file", file.name())
          .put("bytes", file.bytes())
          .put("crc32c", file.checksum());
    }
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
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * Lists the kinds of processors and BLAS that took part; a result is sure to have the same bits
   * only on the same kinds.
   */
  private static void addArithmetic(
      ArrayNode computers, List<StackResult> stacks, List<ShardTask.Result> shards) {
    SortedSet<BlasAndCpu> kinds = new TreeSet<>();
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

  /**
   * Lists all shards of the model, with their digests if they were asked for and the shards were
   * rewritten, which reads them as a whole.
   */
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
    entry.put("factors", stack.factors().name());
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
    // Matrices are replaced only if each stack has a single member.
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
    entry.put("factors", stack.factors().name());
  }
}
