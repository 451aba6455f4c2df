package io.github.trawl.denoise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Numerics;
import io.github.trawl.Version;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.ModelDigest;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Tells whether an output is already what a request would write, by its manifest, so that a
 * finished request that a scheduler repeats need not be run again.
 */
public final class FinishedOutput {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FinishedOutput() {}

  /**
   * Returns whether the output was written for the same request and input, by this version of Trawl
   * and of its arithmetic, and still has all weight files and factor files with their lengths. If
   * it holds weights, it must also open as a model does, with its configuration and the index of
   * its shards.
   *
   * <p>The input is the same if every shard has the length and the SHA-256 that the manifest
   * records; to compare them, all shards are read. False if something cannot be read: the run
   * itself then reports the error.
   *
   * @param trustLengths whether equal lengths suffice for a shard whose digest is not in the
   *     manifest: true if the scheduler has started the driver of one submission again. An output
   *     without weights has no digests in its manifest
   */
  public static boolean matches(
      DenoiseRequest request, boolean trustLengths, Configuration hadoop) {
    Path manifest = new Path(request.output(), CheckpointWriter.MANIFEST);
    try {
      FileSystem fileSystem = Storage.open(manifest, hadoop);
      if (!fileSystem.exists(manifest)) {
        return false;
      }
      JsonNode root;
      try (InputStream stream = fileSystem.open(manifest)) {
        root = JSON.readTree(stream);
      }
      JsonNode versions = root.path("versions");
      return versions.path("trawl").asText().equals(Version.current())
          && versions.path("numerics").asInt() == Numerics.VERSION
          && sweep(root).equals(sweep(request))
          && config(root.path("config")).equals(config(request.givenConfig()))
          && root.path("architecture").equals(Manifest.architecture(request, hadoop))
          && isComplete(fileSystem, request.output(), root.path("output"))
          && (!request.writesWeights() || isModel(request.output(), hadoop))
          && isSameInput(request, root.path("input"), trustLengths, hadoop);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Returns the description of the swept point, with the scores that the model card shows; missing
   * if the stacks were solved.
   */
  private static JsonNode sweep(JsonNode manifest) {
    return manifest.path("sweep");
  }

  private static JsonNode sweep(DenoiseRequest request) throws IOException {
    // Written and read back as the manifest was: Jackson may read a number as another class than
    // it had, and the two would not be equal.
    return request.sweptPoint().isPresent()
        ? JSON.readTree(JSON.writeValueAsBytes(request.sweptPoint().get().description()))
        : MissingNode.getInstance();
  }

  /** Returns all settings but {@code overwrite}, which does not influence what is written. */
  private static Map<String, String> config(JsonNode flags) {
    Map<String, String> config = new HashMap<>();
    if (flags instanceof ObjectNode object) {
      object.properties().forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
    }
    config.remove("overwrite");
    return config;
  }

  /**
   * Returns whether the written files are there with their lengths. Their content is not read,
   * which would take as long as writing them.
   */
  private static boolean isComplete(FileSystem fileSystem, Path output, JsonNode written)
      throws IOException {
    for (JsonNode file : written) {
      // From ./NAME, since Hadoop would parse a plain name that holds a colon as a URI.
      Path path = new Path(output, "./" + file.path("file").asText());
      if (fileSystem.getFileStatus(path).getLen() != file.path("bytes").asLong(-1)) {
        return false;
      }
    }
    return true;
  }

  /** Returns true; throws if the output can't be opened as a model. */
  private static boolean isModel(Path output, Configuration hadoop) {
    return !Checkpoint.open(output, hadoop).shards().isEmpty();
  }

  private static boolean isSameInput(
      DenoiseRequest request, JsonNode recorded, boolean trustLengths, Configuration hadoop) {
    Map<String, JsonNode> byName = new HashMap<>();
    recorded.forEach(entry -> byName.put(entry.path("file").asText(), entry));
    Checkpoint checkpoint = Checkpoint.open(request.model(), hadoop);
    if (checkpoint.shards().size() != byName.size()) {
      return false;
    }
    for (ShardFile shard : checkpoint.shards()) {
      JsonNode entry = byName.get(shard.name());
      if (entry == null || entry.path("bytes").asLong(-1) != shard.length()) {
        return false;
      }
      boolean digested = entry.has("sha256");
      if (digested
          ? !entry.path("sha256").asText().equals(sha256(checkpoint, shard, hadoop))
          : !trustLengths) {
        return false;
      }
    }
    return true;
  }

  private static String sha256(Checkpoint checkpoint, ShardFile shard, Configuration hadoop) {
    return ModelDigest.ofFile(
        checkpoint.directory(), new ModelDigest.Part(shard.name(), shard.length()), hadoop);
  }
}
