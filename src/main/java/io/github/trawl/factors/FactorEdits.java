package io.github.trawl.factors;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CheckpointWriter;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.Storage;
import io.github.trawl.checkpoint.UnfinishedOutput;
import io.github.trawl.tensor.TensorShape;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds which matrices of a checkpoint the factors in given files replace. */
public final class FactorEdits {
  /** The largest manifest that is read, in bytes. */
  private static final long LARGEST_MANIFEST = 64_000_000;

  private final Checkpoint checkpoint;
  private final Configuration hadoop;

  /** The matrices of the checkpoint and their transposes, by {@link WeightSlice#label}. */
  private final Map<String, WeightSlice> byLabel = new HashMap<>();

  /** Finds factors of matrices of {@code checkpoint}. */
  public FactorEdits(Checkpoint checkpoint, Architecture architecture, Configuration hadoop) {
    this.checkpoint = checkpoint;
    this.hadoop = hadoop;
    for (WeightSlice slice : architecture.slices(checkpoint)) {
      byLabel.put(slice.label(), slice);
      byLabel.put(slice.transpose().label(), slice.transpose());
    }
  }

  /**
   * Returns the edits that factors describe: a list for each decomposition that their files hold.
   *
   * @param location a denoised checkpoint, a directory of factor files, or one such file; if only
   *     one decomposition is wanted, followed by {@code #} and its name, as in {@code #r64-s3}. If
   *     there is a file or directory of that whole name, the {@code #} is part of it
   * @return the edits by the names of the decompositions, in the order of the files
   * @throws TrawlException of category {@code BAD_INPUT} if there are no factors, a file is
   *     damaged, they are those of another checkpoint, the files hold different decompositions, or
   *     two of them replace the same matrix; of category {@code SYSTEM} if the storage fails
   */
  public Map<String, List<MatrixEdit>> find(String location) {
    NamedLocation named = NamedLocation.parse(location, hadoop);
    Path path = named.path();
    Map<String, List<MatrixEdit>> byName = new LinkedHashMap<>();
    Set<String> edited = new HashSet<>();
    for (Path file : files(path)) {
      FactorHeader header = FactorFile.header(file, hadoop);
      List<WeightSlice> slices = slices(file, header);
      for (WeightSlice slice : slices) {
        if (!edited.add(matrixKey(slice))) {
          throw bad(path, slice.label() + " is replaced twice; give factors of one run", null);
        }
      }
      for (FactorMember member : wanted(file, header, named.member())) {
        FactorRef factors = new FactorRef(file.toString(), member.rank(), member.seed());
        List<MatrixEdit> edits = byName.computeIfAbsent(member.name(), name -> new ArrayList<>());
        for (int index = 0; index < slices.size(); index++) {
          edits.add(new MatrixEdit(slices.get(index), factors, index));
        }
      }
    }
    byName.forEach(
        (name, edits) -> {
          if (edits.size() != edited.size()) {
            throw bad(
                path,
                "holds %s for %d of %d matrices; give factors of one run"
                    .formatted(name, edits.size(), edited.size()),
                null);
          }
        });
    return byName;
  }

  /**
   * Returns the edits of one decomposition for each of several locations, as those of one model.
   *
   * @param locations each as in {@link #find(String)}; if it holds several decompositions, with the
   *     name of one after a {@code #}
   * @return the edits in the order of the locations
   * @throws TrawlException of category {@code BAD_INPUT} as {@link #find(String)}, or if a location
   *     holds several decompositions and names none, or two locations replace the same matrix
   */
  public List<MatrixEdit> find(List<String> locations) {
    List<List<MatrixEdit>> parts = new ArrayList<>();
    for (String location : locations) {
      Map<String, List<MatrixEdit>> found = find(location);
      if (found.size() != 1) {
        throw bad(
            NamedLocation.path(location),
            "holds the decompositions %s; append %s and the name of one of them"
                .formatted(String.join(", ", found.keySet()), NamedLocation.SEPARATOR),
            null);
      }
      parts.addAll(found.values());
    }
    return combine(parts);
  }

  /**
   * Returns the edits of all parts in one list, for a model that has all of them.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if two parts replace the same matrix
   */
  public static List<MatrixEdit> combine(List<List<MatrixEdit>> parts) {
    Map<String, MatrixEdit> edited = new LinkedHashMap<>();
    for (List<MatrixEdit> part : parts) {
      for (MatrixEdit edit : part) {
        MatrixEdit other = edited.putIfAbsent(matrixKey(edit.slice()), edit);
        if (other != null) {
          throw bad(
              new Path(edit.factors().file()),
              "replaces %s, as does %s; give factors of different matrices"
                  .formatted(edit.slice().label(), other.factors().file()),
              null);
        }
      }
    }
    return List.copyOf(edited.values());
  }

  /** Returns a name that is the same for a matrix and its transpose. */
  private static String matrixKey(WeightSlice slice) {
    return slice.layer() + " " + slice.role();
  }

  /**
   * Returns the decompositions in a file that are wanted.
   *
   * @param name of the only decomposition that is wanted; empty for all
   */
  private static List<FactorMember> wanted(Path file, FactorHeader header, String name) {
    if (name.isEmpty()) {
      return header.members();
    }
    FactorMember member = header.member(name);
    if (member == null) {
      throw bad(
          file,
          "holds no %s, but %s"
              .formatted(
                  name,
                  header.members().stream()
                      .map(FactorMember::name)
                      .collect(Collectors.joining(", "))),
          null);
    }
    return List.of(member);
  }

  /**
   * Returns the factor files of a location: the file itself, those that the manifest of a denoised
   * checkpoint names, or else all in the directory.
   */
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
      List<Path> files = FactorFile.list(fileSystem, root);
      if (files.isEmpty()) {
        throw bad(location, "holds no factors (*.arrow); give the output of trawl denoise", null);
      }
      return files;
    } catch (FileNotFoundException e) {
      throw bad(location, "does not exist; give the output of trawl denoise", e);
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          Problems.show(location) + " cannot be listed: " + Problems.oneLine(e),
          e);
    }
  }

  /** Lists the files of the run that wrote the manifest; other files beside them are ignored. */
  private static List<Path> named(JsonNode manifest, Path root) {
    Set<String> names = new TreeSet<>();
    manifest
        .path("stacks")
        .forEach(stack -> names.add(new Path(stack.path("factors").asText()).getName()));
    return names.stream()
        .map(name -> new Path(new Path(root, CheckpointWriter.FACTORS), name))
        .toList();
  }

  /**
   * Requires that the factors were made from this checkpoint, as far as the names and lengths of
   * its shards tell: comparing digests would take a pass over all weights.
   */
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
          "was made from other weight files than those of %s; give the checkpoint that was denoised"
              .formatted(Problems.show(checkpoint.directory())),
          null);
    }
  }

  private List<WeightSlice> slices(Path file, FactorHeader header) {
    List<WeightSlice> slices = new ArrayList<>();
    for (String label : header.slices()) {
      WeightSlice slice = byLabel.get(label);
      if (slice == null) {
        throw bad(
            file,
            "holds factors of %s, which %s does not have; give the checkpoint that was denoised"
                .formatted(label, Problems.show(checkpoint.directory())),
            null);
      }
      TensorShape shape = new TensorShape(header.slices().size(), slice.rows(), slice.columns());
      if (!shape.equals(header.shape())) {
        throw bad(
            file,
            "holds a tensor of shape %s, but matrices like %s make one of %s; give the checkpoint that was denoised"
                .formatted(header.shape(), slice.label(), shape),
            null);
      }
      slices.add(slice);
    }
    return slices;
  }

  private static TrawlException bad(Path where, String what, Exception cause) {
    return new TrawlException(ErrorCategory.BAD_INPUT, Problems.show(where) + " " + what, cause);
  }
}
