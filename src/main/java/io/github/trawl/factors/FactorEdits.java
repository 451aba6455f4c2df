package io.github.trawl.factors;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.UnfinishedOutput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds which matrices of a checkpoint the factors in files replace. */
public final class FactorEdits {
  private static final String SUFFIX = ".arrow";
  private static final long LARGEST_MANIFEST = 64_000_000;

  private final Checkpoint checkpoint;
  private final Configuration hadoop;
  private final Map<String, WeightSlice> byLabel = new HashMap<>();

  /** For factors of matrices of {@code checkpoint}. */
  public FactorEdits(Checkpoint checkpoint, Architecture architecture, Configuration hadoop) {
    this.checkpoint = checkpoint;
    this.hadoop = hadoop;
    for (WeightSlice slice : architecture.slices(checkpoint)) {
      byLabel.put(slice.label(), slice);
      byLabel.put(slice.transpose().label(), slice.transpose());
    }
  }

  /**
   * The edits that factors describe.
   *
   * @param location a denoised checkpoint, a directory of factor files, or one such file
   * @throws TrawlException of category {@code BAD_INPUT} if there are no factors, a file is
   *     damaged, they are those of another checkpoint, or two of them replace the same matrix
   */
  public List<MatrixEdit> find(Path location) {
    List<MatrixEdit> edits = new ArrayList<>();
    Set<String> edited = new HashSet<>();
    for (Path file : files(location)) {
      for (MatrixEdit edit : edits(file)) {
        WeightSlice slice = edit.slice();
        if (!edited.add(slice.layer() + " " + slice.role())) {
          throw bad(location, slice.label() + " is replaced twice; give factors of one run", null);
        }
        edits.add(edit);
      }
    }
    return edits;
  }

  private List<Path> files(Path location) {
    try {
      FileSystem fileSystem = Storage.open(location, hadoop);
      Path root = fileSystem.makeQualified(location);
      if (fileSystem.getFileStatus(root).isFile()) {
        return List.of(root);
      }
      UnfinishedOutput.refuse(root, hadoop);
      Path manifest = new Path(root, CheckpointWriter.MANIFEST);
      if (fileSystem.exists(manifest)) {
        JsonNode content = Json.readObject(fileSystem, manifest, LARGEST_MANIFEST);
        requireSameInput(content, manifest);
        List<Path> named = named(content, root);
        if (!named.isEmpty()) {
          return named;
        }
      }
      Path inner = new Path(root, CheckpointWriter.FACTORS);
      Path directory = fileSystem.exists(inner) ? inner : root;
      List<Path> files =
          Arrays.stream(fileSystem.listStatus(directory))
              .filter(status -> status.isFile() && status.getPath().getName().endsWith(SUFFIX))
              .map(FileStatus::getPath)
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw bad(location, "holds no factors (*.arrow); give the output of trawl denoise", null);
      }
      return files;
    } catch (FileNotFoundException e) {
      throw bad(location, "does not exist; give the output of trawl denoise", e);
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM, location + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /** The files of the run that wrote the manifest; what else lies beside them is not of it. */
  private static List<Path> named(JsonNode manifest, Path root) {
    Set<String> names = new TreeSet<>();
    manifest
        .path("tensors")
        .forEach(tensor -> names.add(new Path(tensor.path("factors").asText()).getName()));
    names.remove("");
    return names.stream()
        .map(name -> new Path(new Path(root, CheckpointWriter.FACTORS), name))
        .toList();
  }

  /** By names and lengths; the digests would take a pass over all weights. */
  private void requireSameInput(JsonNode manifest, Path file) {
    Map<String, Long> expected = new HashMap<>();
    manifest
        .path("input")
        .forEach(
            shard -> expected.put(shard.path("file").asText(), shard.path("bytes").asLong(-1)));
    Map<String, Long> actual = new HashMap<>();
    for (ShardFile shard : checkpoint.shards()) {
      actual.put(shard.name(), shard.length());
    }
    if (!expected.equals(actual)) {
      throw bad(
          file,
          "tells of other weight files than %s has; give the checkpoint that was denoised"
              .formatted(checkpoint.directory()),
          null);
    }
  }

  private List<MatrixEdit> edits(Path file) {
    Map<String, String> metadata = FactorFile.metadata(file, hadoop);
    String labels = metadata.get(FactorFile.SLICES);
    if (labels == null) {
      throw bad(file, "does not say which matrices it holds; run trawl denoise again", null);
    }
    List<String> names = List.of(labels.split(FactorFile.SLICE_SEPARATOR, -1));
    List<MatrixEdit> edits = new ArrayList<>();
    for (int index = 0; index < names.size(); index++) {
      WeightSlice slice = byLabel.get(names.get(index));
      if (slice == null) {
        throw bad(
            file,
            "is of %s, which %s does not have; give the checkpoint that was denoised"
                .formatted(names.get(index), checkpoint.directory()),
            null);
      }
      String shape = names.size() + "," + slice.rows() + "," + slice.columns();
      if (!shape.equals(metadata.get(FactorFile.SHAPE))) {
        throw bad(
            file,
            "is of shape (%s), but %s asks for (%s); give the checkpoint that was denoised"
                .formatted(metadata.get(FactorFile.SHAPE), slice.label(), shape),
            null);
      }
      edits.add(new MatrixEdit(slice, file.toString(), index));
    }
    return edits;
  }

  private static TrawlException bad(Path where, String what, Exception cause) {
    return new TrawlException(ErrorCategory.BAD_INPUT, where + " " + what, cause);
  }
}
