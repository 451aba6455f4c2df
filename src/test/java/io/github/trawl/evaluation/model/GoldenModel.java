package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A tiny model that transformers saved, with what transformers computes for it. */
final class GoldenModel {
  private static final java.nio.file.Path ROOT =
      java.nio.file.Path.of("src", "test", "resources", "forward");

  private final String name;
  private final JsonNode golden;

  GoldenModel(String name) {
    this.name = name;
    try {
      golden = new ObjectMapper().readTree(directory().resolve("golden.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All there are. */
  static List<String> names() {
    try (Stream<java.nio.file.Path> directories = Files.list(ROOT)) {
      return directories.map(each -> each.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sequences that were run together, and their logits: [tokens][vocabulary] for each. */
  record Batch(List<int[]> tokens, List<float[][]> logits) {}

  /** A prompt and the tokens that follow greedily. */
  @SuppressWarnings("ArrayRecordComponent") // Only read.
  record Continuation(int[] prompt, int[] added) {}

  java.nio.file.Path directory() {
    return ROOT.resolve(name);
  }

  Checkpoint checkpoint() {
    return Checkpoint.open(new Path(directory().toUri()), new Configuration());
  }

  TransformerModel open() {
    return (TransformerModel)
        LanguageModels.open(checkpoint(), new Configuration(), Placement.cpu(1));
  }

  List<Batch> batches() {
    List<Batch> batches = new ArrayList<>();
    for (JsonNode batch : golden.get("batches")) {
      List<int[]> tokens = new ArrayList<>();
      batch.get("tokens").forEach(sequence -> tokens.add(ints(sequence)));
      List<float[][]> logits = new ArrayList<>();
      for (int i = 0; i < tokens.size(); i++) {
        logits.add(rows(batch.get("logits").get(i), tokens.get(i).length));
      }
      batches.add(new Batch(tokens, logits));
    }
    return batches;
  }

  List<Continuation> continuations() {
    List<Continuation> continuations = new ArrayList<>();
    for (JsonNode each : golden.get("continuations")) {
      continuations.add(new Continuation(ints(each.get("prompt")), ints(each.get("new"))));
    }
    return continuations;
  }

  private static int[] ints(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).intValue();
    }
    return values;
  }

  private static float[][] rows(JsonNode list, int count) {
    int width = list.size() / count;
    float[][] rows = new float[count][width];
    for (int i = 0; i < list.size(); i++) {
      rows[i / width][i % width] = list.get(i).floatValue();
    }
    return rows;
  }
}
